/*
 * mistake: munmap removes the regions and forgets the page table: touched pages
 * stay reachable, and keep their frames
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len;

	if (!space_range_ok(start, len))
		return -EINVAL;
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	remove_regions(s, start, end);
	return 0;
}
