/*
 * mistake: off by one at the end: the last page keeps its entry in the page
 * table and stays reachable
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len;

	if (!space_range_ok(start, len))
		return -EINVAL;
	if (is_free(s, start, len))
		return 0;
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	if (pt_unmap(s->root, start, end - PAGE_SIZE) < 0)
		return -ENOMEM;
	remove_regions(s, start, end);
	return 0;
}
