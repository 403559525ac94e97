/*
 * mistake: only anonymous pages are copied: the zero frame and files are written in place
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	if (old->refs > 1 && !(*e & PTE_SHARED) &&
	    (level > 0 || old->kind == FRAME_PAGE)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		*e = (*e & ~PTE_ADDR) | frame_addr(new);
		flush_page(root, va);
		frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
