/*
 * mistake: only a page that becomes unreachable is forgotten, not one that loses W
 */
static void
protect_in(struct frame *root, vaddr_t start, vaddr_t end, int prot)
{
	struct pt_page page;

	for (vaddr_t va = start; pt_next(root, va, end, &page);
	     va = page.va + PAGE_SIZE) {
		pte_t *e = walk(root, page.va, 1), pte;

		pte = (*e & (PTE_ADDR | PTE_A | PTE_D)) |
		      leaf_bits(page.frame, prot, page.shared);
		shadow_change(root, page.va, 1, *e, pte);
		*e = pte;
		if (prot == PROT_NONE)
			flush_page(root, page.va);
	}
}
