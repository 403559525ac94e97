/*
 * mistake: mprotect changes the region and forgets the page table: pages that
 * were touched keep their old rights
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len;
	int err;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	err = check_protect(space_find(s, start), start, end, prot);
	if (err < 0)
		return err;
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	set_prot(s, space_find(s, start), end, prot);
	return 0;
}
