/*
 * mistake: every table is treated as a root, whose upper half is the kernel's
 */
static void
share_entries(pte_t *to, pte_t *from, int level)
{
	int n = USER_ENTRIES;

	(void)level;
	for (int i = 0; i < n; i++) {
		if (from[i] & PTE_P) {
			from[i] &= ~PTE_W;
			frame_get(pte_frame(from[i]));
		}
		to[i] = from[i];
	}
	memcpy(&to[n], &from[n], (size_t)(ENTRIES - n) * sizeof(pte_t));
}
