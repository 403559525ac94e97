/*
 * mistake: the child's root has no kernel half
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = user_entries(level);

	for (int i = 0; i < n; i++) {
		if (from[i] & PTE_P) {
			from[i] &= ~PTE_W;
			frame_get(pte_frame(from[i]));
		}
		to[i] = from[i];
	}
	memset(&to[n], 0, (size_t)(ENTRIES - n) * sizeof(pte_t));
}
