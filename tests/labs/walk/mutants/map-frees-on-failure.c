/*
 * mistake: pt_map gives the frame up when it fails; the caller does so too
 */
int
pt_map(struct frame *root, vaddr_t va, struct frame *f, int prot, bool shared)
{
	pte_t *e = walk(root, va, 1);

	if (!e) {
		frame_put(f);
		return -ENOMEM;
	}
	assert(!(*e & PTE_P));
	entry_fill(e, frame_addr(f) | leaf_bits(f, prot, shared));
	return 0;
}
