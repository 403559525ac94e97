/*
 * mistake: only the copy loses W; the original goes on writing to what the copy
 * shows
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		to[i] = from[i];
		if (from[i] & PTE_P) {
			to[i] &= ~PTE_W;
			frame_get(pte_frame(from[i]));
		}
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
