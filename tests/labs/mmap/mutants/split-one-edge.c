/*
 * mistake: munmap splits at the start only: a region that goes on beyond the end
 * is lost as a whole
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len, pt_start = start, pt_end = end;

	if (!space_range_ok(start, len))
		return -EINVAL;
	if (is_free(s, start, len))
		return 0;
	if (split(s, start) < 0)
		return -ENOMEM;
	widen(s, &pt_start, &pt_end);
	if (pt_unmap(s->root, pt_start, pt_end) < 0)
		return -ENOMEM;
	remove_regions(s, start, end);
	return 0;
}
