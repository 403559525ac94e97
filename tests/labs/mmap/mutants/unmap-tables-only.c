/*
 * mistake: munmap clears the page table and keeps the regions: the next touch
 * brings the pages back
 */
int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	if (!space_range_ok(start, len))
		return -EINVAL;
	return pt_unmap(s->root, start, start + len);
}
