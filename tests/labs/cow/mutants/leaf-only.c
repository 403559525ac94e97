/*
 * mistake: fork copies all tables at once; only pages are copied on write
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		struct frame *new;

		to[i] = 0;
		if (!(from[i] & PTE_P))
			continue;
		if (level == 1) {
			from[i] &= ~PTE_W;
			frame_get(pte_frame(from[i]));
			to[i] = from[i];
			continue;
		}
		new = frame_alloc(FRAME_TABLE);
		if (!new)
			continue;
		share_entries(frame_page(new), frame_page(pte_frame(from[i])),
			      level - 1);
		to[i] = frame_addr(new) | PTE_P | PTE_W | PTE_U;
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
