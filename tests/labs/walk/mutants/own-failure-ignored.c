/*
 * mistake: when a table cannot be copied the walk goes on through the shared one
 */
static pte_t *
walk(struct frame *root, vaddr_t va, int level)
{
	struct frame *table = root;

	for (int l = PT_LEVELS; l > level; l--) {
		pte_t *e = entry(table, l, va);

		if (!(*e & PTE_P)) {
			struct frame *new = frame_alloc_zeroed(FRAME_TABLE);

			if (!new)
				return NULL;
			entry_fill(e, frame_addr(new) | PTE_P | PTE_W | PTE_U);
		} else if (!(*e & PTE_W)) {
			(void)!own(root, e, l - 1, va);
		}
		table = pte_frame(*e);
	}
	return entry(table, level, va);
}
