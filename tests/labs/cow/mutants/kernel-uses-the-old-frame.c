/*
 * mistake: after the fault the kernel writes to the frame that it saw before
 */
static int
reach(struct space *s, vaddr_t va, int access, char **at)
{
	struct pt_page page;
	bool there;

	if (va >= USER_END)
		return -EFAULT;
	there = pt_lookup(s->root, va, &page);
	if (!there || !(page.prot & access)) {
		int err = space_fault(s, va, access);

		if (err < 0)
			return err;
		if (!there && !pt_lookup(s->root, va, &page))
			return -EFAULT;
	}
	*at = (char *)frame_page(page.frame) + va % PAGE_SIZE;
	return 0;
}
