/*
 * mistake: the regions are removed before the step that can fail: without memory
 * the pages are there and their region is not
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len, pt_start = start, pt_end = end;

	if (!space_range_ok(start, len))
		return -EINVAL;
	if (is_free(s, start, len))
		return 0;
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	widen(s, &pt_start, &pt_end);
	remove_regions(s, start, end);
	return pt_unmap(s->root, pt_start, pt_end);
}
