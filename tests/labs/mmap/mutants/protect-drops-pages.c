/*
 * mistake: mprotect unmaps the pages so that faults bring them back with the new
 * rights: what was written is lost
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len;
	int err;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	err = check_protect(space_find(s, start), start, end, prot);
	if (err < 0)
		return err;
	if (split(s, start) < 0 || split(s, end) < 0 ||
	    pt_unmap(s->root, start, end) < 0)
		return -ENOMEM;
	set_prot(s, space_find(s, start), end, prot);
	return 0;
}
