/*
 * mistake: one INVLPG is thought to cover the whole range
 */
static void
protect_in(struct frame *root, struct frame *table, int level, vaddr_t start,
	   vaddr_t end, int prot)
{
	uint64_t span = PT_SPAN(level);

	for (vaddr_t va = start, next; va < end; va = next) {
		pte_t *e = entry(table, level, va), pte;

		next = min_u64((va / span + 1) * span, end);
		if (!(*e & PTE_P))
			continue;
		if (level > 1) {
			protect_in(root, pte_frame(*e), level - 1, va, next,
				   prot);
			continue;
		}
		pte = (*e & (PTE_ADDR | PTE_A | PTE_D)) |
		      leaf_bits(pte_frame(*e), prot, *e & PTE_SHARED);
		shadow_change(root, va, level, *e, pte);
		*e = pte;
		flush_page(root, start);
	}
}
