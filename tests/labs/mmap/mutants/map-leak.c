/*
 * mistake: mmap that fails half-way forgets the region it has made: each ENOMEM
 * loses memory, and a reference to the store
 */
int
space_map(struct space *s, vaddr_t start, uint64_t len,
	  const struct region *like)
{
	struct region *r;
	int err;

	if (!space_range_ok(start, len))
		return -EINVAL;
	r = region_copy(like);
	if (!r)
		return -ENOMEM;
	err = space_unmap(s, start, len);
	if (err < 0)
		return err;
	r->start = start;
	r->end = start + len;
	region_insert(&s->regions, r);
	merge(s, r->next);
	merge(s, r);
	return 0;
}
