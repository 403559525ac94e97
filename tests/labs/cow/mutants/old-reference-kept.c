/*
 * mistake: the reference to the frame that was copied is never given up
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	if (old->refs > 1 && !(*e & PTE_SHARED)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		*e = (*e & ~PTE_ADDR) | frame_addr(new);
		flush_page(root, va);
	}
	*e |= PTE_W;
	return 0;
}
