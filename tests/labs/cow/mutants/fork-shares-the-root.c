/*
 * mistake: the child gets the parent's root itself, with one more reference
 */
struct frame *
pt_fork(struct frame *root)
{
	frame_get(root);
	flush_all(root);
	return root;
}
