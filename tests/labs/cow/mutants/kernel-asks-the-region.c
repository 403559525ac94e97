/*
 * mistake: the kernel asks whether the region allows writing, not whether the
 * page can be written now
 */
static int
reach(struct space *s, vaddr_t va, int access, char **at)
{
	const struct region *r = space_find(s, va);
	struct pt_page page;

	if (!r || !(r->prot & access))
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
