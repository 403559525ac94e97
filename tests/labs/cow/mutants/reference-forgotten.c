/*
 * mistake: the copied entries take no reference to what they point to
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		if (from[i] & PTE_P)
			from[i] &= ~PTE_W;
		to[i] = from[i];
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
