/*
 * mistake: mprotect ignores max_prot: a file opened for reading is written
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len, at = start;
	struct region *r;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	for (r = space_find(s, at); r && at < end && r->start <= at;
	     r = r->next)
		at = r->end;
	if (at < end)
		return -ENOMEM;
	if (split(s, start) < 0 || split(s, end) < 0 ||
	    pt_protect(s->root, start, end, prot) < 0)
		return -ENOMEM;
	set_prot(s, space_find(s, start), end, prot);
	return 0;
}
