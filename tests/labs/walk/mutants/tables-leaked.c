/*
 * mistake: all tables are taken first, and forgotten when the last one fails
 */
static pte_t *
walk(struct frame *root, vaddr_t va, int level)
{
	struct frame *table = root, *new[PT_LEVELS + 1] = {NULL};

	for (int l = PT_LEVELS; l > level; l--) {
		pte_t *e = entry(table, l, va);

		if (!(*e & PTE_P)) {
			for (int n = l; n > level; n--) {
				new[n] = frame_alloc_zeroed(FRAME_TABLE);
				if (!new[n])
					return NULL;
			}
			for (int n = l; n > level; n--) {
				e = entry(table, n, va);
				entry_fill(e, frame_addr(new[n]) | PTE_P |
						      PTE_W | PTE_U);
				table = new[n];
			}
			break;
		}
		if (!(*e & PTE_W) && own(root, e, l - 1, va) < 0)
			return NULL;
		table = pte_frame(*e);
	}
	return entry(table, level, va);
}
