/*
 * mistake: fork copies everything, pages too
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		struct frame *old = pte_frame(from[i]), *new;

		to[i] = 0;
		if (!(from[i] & PTE_P))
			continue;
		if (from[i] & PTE_SHARED) {
			frame_get(old);
			to[i] = from[i];
			continue;
		}
		new = frame_alloc(level > 1 ? FRAME_TABLE : FRAME_PAGE);
		if (!new)
			continue;
		if (level > 1)
			share_entries(frame_page(new), frame_page(old),
				      level - 1);
		else
			memcpy(frame_page(new), frame_page(old), PAGE_SIZE);
		to[i] = (from[i] & ~PTE_ADDR) | frame_addr(new);
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
