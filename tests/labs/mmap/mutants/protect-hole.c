/*
 * mistake: mprotect stops at a hole when it has changed what lies before it
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len, at = start, next;
	struct region *r;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	while (at < end) {
		r = space_find(s, at);
		if (!r)
			return -ENOMEM;
		if (prot & ~r->max_prot)
			return -EACCES;
		next = r->end;
		if (pt_protect(s->root, at, next, prot) < 0)
			return -ENOMEM;
		r->prot = (uint8_t)prot;
		merge(s, r);
		at = next;
	}
	merge(s, space_find(s, end));
	return 0;
}
