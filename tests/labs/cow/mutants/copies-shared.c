/*
 * mistake: a page of a shared mapping is copied like any other
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	if (old->refs > 1) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		*e = (*e & ~(PTE_ADDR | PTE_SHARED)) | frame_addr(new);
		flush_page(root, va);
		frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
