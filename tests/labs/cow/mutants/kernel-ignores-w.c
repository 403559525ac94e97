/*
 * mistake: the kernel writes to a page because it is there, not because the
 * program may
 */
static int
reach(struct space *s, vaddr_t va, int access, char **at)
{
	struct pt_page page;

	if (va >= USER_END)
		return -EFAULT;
	if (!pt_lookup(s->root, va, &page)) {
		int err = space_fault(s, va, access);

		if (err < 0)
			return err;
		if (!pt_lookup(s->root, va, &page))
			return -EFAULT;
	}
	*at = (char *)frame_page(page.frame) + va % PAGE_SIZE;
	return 0;
}
