/*
 * mistake: entries with PTE_SHARED are skipped: their pages are missing in the
 * copy
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		to[i] = 0;
		if (!(from[i] & PTE_P) || (from[i] & PTE_SHARED))
			continue;
		from[i] &= ~PTE_W;
		frame_get(pte_frame(from[i]));
		to[i] = from[i];
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
