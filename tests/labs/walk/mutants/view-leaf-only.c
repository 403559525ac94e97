/*
 * mistake: W is the leaf's: the levels above are not asked
 */
static pte_t
view(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;
	pte_t pte = 0;

	for (int level = PT_LEVELS; level > 0; level--) {
		pte = *entry(table, level, va);
		if (!(pte & PTE_P))
			return 0;
		table = pte_frame(pte);
	}
	return pte;
}
