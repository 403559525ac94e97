/*
 * mistake: only the leaf is asked for P: a missing table is read as if it were
 * there
 */
static pte_t
view(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;
	pte_t pte = 0, writable = PTE_W;

	for (int level = PT_LEVELS; level > 0; level--) {
		pte = *entry(table, level, va);
		writable &= pte;
		table = pte_frame(pte);
	}
	return pte & PTE_P ? (pte & ~PTE_W) | writable : 0;
}
