/*
 * mistake: after fork the parent's TLB still lets it write
 */
struct frame *
pt_fork(struct frame *root)
{
	return copy(root, PT_LEVELS);
}
