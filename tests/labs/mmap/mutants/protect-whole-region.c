/*
 * mistake: mprotect does not split: the rights of the whole region change
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len, at = start;
	struct region *r;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	for (r = space_find(s, at); r && at < end; r = r->next) {
		if (r->start > at)
			break;
		if (prot & ~r->max_prot)
			return -EACCES;
		at = r->end;
	}
	if (at < end)
		return -ENOMEM;
	if (pt_protect(s->root, start, end, prot) < 0)
		return -ENOMEM;
	for (r = space_find(s, start); r && r->start < end; r = r->next)
		r->prot = (uint8_t)prot;
	return 0;
}
