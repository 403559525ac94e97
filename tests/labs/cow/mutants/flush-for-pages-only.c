/*
 * mistake: INVLPG after a copied page, none after a copied table
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
		if (level == 0)
			flush_page(root, va);
		frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
