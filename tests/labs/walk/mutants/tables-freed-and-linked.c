/*
 * mistake: when memory runs out the new tables are freed, but entries still
 * point to them
 */
static pte_t *
walk(struct frame *root, vaddr_t va, int level)
{
	struct frame *table = root, *made[PT_LEVELS];
	int count = 0;

	for (int l = PT_LEVELS; l > level; l--) {
		pte_t *e = entry(table, l, va);

		if (!(*e & PTE_P)) {
			struct frame *new = frame_alloc_zeroed(FRAME_TABLE);

			if (!new) {
				while (count > 0)
					frame_put(made[--count]);
				return NULL;
			}
			made[count++] = new;
			entry_fill(e, frame_addr(new) | PTE_P | PTE_W | PTE_U);
		} else if (!(*e & PTE_W) && own(root, e, l - 1, va) < 0) {
			return NULL;
		}
		table = pte_frame(*e);
	}
	return entry(table, level, va);
}
