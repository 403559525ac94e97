/*
 * mistake: a table is copied like a page: what it points to gains no reference
 * and keeps its W
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	if (old->refs > 1 && !(*e & PTE_SHARED)) {
		new = frame_alloc(level ? FRAME_TABLE : FRAME_PAGE);
		if (!new)
			return -ENOMEM;
		memcpy(frame_page(new), frame_page(old), PAGE_SIZE);
		*e = (*e & ~PTE_ADDR) | frame_addr(new);
		flush_page(root, va);
		frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
