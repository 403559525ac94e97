/*
 * mistake: pt_map takes a reference of its own; the caller has given its one
 */
int
pt_map(struct frame *root, vaddr_t va, struct frame *f, int prot, bool shared)
{
	pte_t *e = walk(root, va, 1);

	if (!e)
		return -ENOMEM;
	assert(!(*e & PTE_P));
	entry_fill(e, frame_addr(f) | leaf_bits(f, prot, shared));
	frame_get(f);
	return 0;
}
