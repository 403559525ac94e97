/*
 * mistake: the TLB still leads to the frame that was copied
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;

	(void)root;
	(void)va;
	if (old->refs > 1 && !(*e & PTE_SHARED)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		*e = (*e & ~PTE_ADDR) | frame_addr(new);
		frame_put(old);
	}
	*e |= PTE_W;
	return 0;
}
