/*
 * mistake: the page's address is the byte's that was asked for
 */
bool
pt_lookup(struct frame *root, vaddr_t va, struct pt_page *page)
{
	pte_t leaf = view(root, va);

	if (leaf)
		describe(page, va, leaf);
	return leaf != 0;
}
