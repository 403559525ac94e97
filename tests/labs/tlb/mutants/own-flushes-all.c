/*
 * mistake: one page changes and everything is forgotten
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;
	pte_t pte;

	if (old->refs > 1 && !(*e & PTE_SHARED)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		pte = (*e & ~PTE_ADDR) | frame_addr(new);
		shadow_change(root, va, level + 1, *e, pte);
		*e = pte;
		flush_all(root);
		frame_put(old);
		EVENT("copy va=%lx level=%d from=%zx to=%zx", va, level,
		      frame_number(old), frame_number(new));
	}
	*e |= PTE_W;
	return 0;
}
