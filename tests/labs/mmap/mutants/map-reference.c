/*
 * mistake: mmap forgets its reference to the store: the pages are gone when the
 * file is closed
 */
int
space_map(struct space *s, vaddr_t start, uint64_t len,
	  const struct region *like)
{
	struct region *r;
	int err;

	if (!space_range_ok(start, len))
		return -EINVAL;
	r = heap_alloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	*r = *like;
	err = space_unmap(s, start, len);
	if (err < 0) {
		heap_free(r);
		return err;
	}
	r->start = start;
	r->end = start + len;
	region_insert(&s->regions, r);
	merge(s, r->next);
	merge(s, r);
	return 0;
}
