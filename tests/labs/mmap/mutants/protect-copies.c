/*
 * mistake: mprotect gives W at once: it copies every page that others see, also
 * those that will never be written
 */
int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len;
	struct pt_page page;
	int err;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	err = check_protect(space_find(s, start), start, end, prot);
	if (err < 0)
		return err;
	if (split(s, start) < 0 || split(s, end) < 0 ||
	    pt_protect(s->root, start, end, prot) < 0)
		return -ENOMEM;
	set_prot(s, space_find(s, start), end, prot);
	for (vaddr_t va = start; prot & PROT_WRITE && va < end; va += PAGE_SIZE)
		if (pt_lookup(s->root, va, &page) && pt_own(s->root, va) < 0)
			return -ENOMEM;
	return 0;
}
