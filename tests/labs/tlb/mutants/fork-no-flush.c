/*
 * mistake: the parent goes on writing to what is now shared
 */
struct frame *
pt_fork(struct frame *root)
{
	struct frame *child = copy(root, PT_LEVELS);

	if (!child)
		return NULL;
	shadow_change(root, 0, SHADOW_EVERYTHING, 0, 0);
	return child;
}
