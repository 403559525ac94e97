/*
 * mistake: a whole table goes but only its first page is forgotten
 */
static void
clear(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *f = pte_frame(*e);

	EVENT("unmap va=%lx level=%d frame=%zx refs=%u", va, level,
	      frame_number(f), f->refs);
	shadow_change(root, va, level, *e, 0);
	*e = 0;
	if (level == 1)
		flush_page(root, va);
	else
		flush_page(root, va);
	drop(f, level - 1);
}
