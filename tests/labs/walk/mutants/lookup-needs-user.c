/*
 * mistake: a page that programs may not touch counts as not mapped
 */
bool
pt_lookup(struct frame *root, vaddr_t va, struct pt_page *page)
{
	pte_t leaf = view(root, va);

	if (!(leaf & PTE_U))
		return false;
	describe(page, page_down(va), leaf);
	return true;
}
