/*
 * mistake: mprotect compares with the rights now, not with max_prot: a page that
 * was made read-only can never be written again
 */
static int
check_protect(struct space *s, vaddr_t start, vaddr_t end, int prot)
{
	const struct region *r = space_find(s, start);

	for (; r && start < end; r = r->next) {
		if (r->start > start)
			break;
		if (prot & ~r->prot)
			return -EACCES;
		start = r->end;
	}
	return start < end ? -ENOMEM : 0;
}
