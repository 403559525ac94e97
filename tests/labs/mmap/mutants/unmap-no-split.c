/*
 * mistake: munmap in the middle of a region does not split it: what lies above
 * the hole is gone, too
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len, pt_start = start, pt_end = end;

	if (!space_range_ok(start, len))
		return -EINVAL;
	widen(s, &pt_start, &pt_end);
	if (pt_unmap(s->root, pt_start, pt_end) < 0)
		return -ENOMEM;
	remove_regions(s, start, end);
	return 0;
}
