/*
 * mistake: the flush is for the child, whom no CPU knows yet
 */
struct frame *
pt_fork(struct frame *root)
{
	struct frame *child = copy(root, PT_LEVELS);

	if (!child)
		return NULL;
	shadow_change(root, 0, SHADOW_EVERYTHING, 0, 0);
	flush_all(child);
	return child;
}
