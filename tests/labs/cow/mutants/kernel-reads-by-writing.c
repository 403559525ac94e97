/*
 * mistake: the kernel owns every page that it copies from, too
 */
static int
reach(struct space *s, vaddr_t va, int access, char **at)
{
	struct pt_page page;
	int err;

	if (va >= USER_END)
		return -EFAULT;
	if (!pt_lookup(s->root, va, &page) || !(page.prot & PROT_WRITE)) {
		err = space_fault(s, va, PROT_WRITE);
		if (err == -EACCES)
			err = space_fault(s, va, access);
		if (err < 0)
			return err;
		if (!pt_lookup(s->root, va, &page))
			return -EFAULT;
	}
	*at = (char *)frame_page(page.frame) + va % PAGE_SIZE;
	return 0;
}
