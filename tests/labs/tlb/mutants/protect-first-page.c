/*
 * mistake: one INVLPG is thought to cover the whole range
 */
static void
protect_in(struct frame *root, pte_t *e, vaddr_t va, vaddr_t end, int prot)
{
	vaddr_t start = va;
	pte_t pte;

	for (; e; e = pt_leaf_after(root, e, &va, end)) {
		pte = (*e & (PTE_ADDR | PTE_A | PTE_D)) |
		      leaf_bits(pte_frame(*e), prot, *e & PTE_SHARED);
		shadow_change(root, va, 1, *e, pte);
		*e = pte;
		flush_page(root, start);
	}
}
