/*
 * mistake: looking at an address makes the tables that are missing
 */
static pte_t
view(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;
	pte_t pte = 0, writable = PTE_W;

	for (int level = PT_LEVELS; level > 0; level--) {
		pte_t *e = entry(table, level, va);

		if (!(*e & PTE_P) && level > 1 && va < USER_END) {
			struct frame *new = frame_alloc_zeroed(FRAME_TABLE);

			if (new)
				entry_fill(e, frame_addr(new) | PTE_P | PTE_W |
						      PTE_U);
		}
		pte = *e;
		if (!(pte & PTE_P))
			return 0;
		writable &= pte;
		table = pte_frame(pte);
	}
	return (pte & ~PTE_W) | writable;
}
