/*
 * mistake: a page or table that nobody else sees is copied too
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	if (!(*e & PTE_SHARED)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		*e = (*e & ~PTE_ADDR) | frame_addr(new);
		flush_page(root, va);
		if (old->refs == 1)
			drop(old, level);
		else
			frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
