/*
 * mistake: the parent's entries lose W before it is known that there is memory
 * for a child
 */
struct frame *
pt_fork(struct frame *root)
{
	pte_t *e = frame_page(root);
	struct frame *child;

	for (int i = 0; i < USER_ENTRIES; i++)
		e[i] &= ~PTE_W;
	child = copy(root, PT_LEVELS);
	if (child)
		flush_all(root);
	return child;
}
