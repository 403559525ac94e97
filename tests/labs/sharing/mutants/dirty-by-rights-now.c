/*
 * mistake: the store is told what the mapping may do now, not what mprotect may
 * allow it later: writes after that are lost by reclaim
 */
static int
file_page(const struct region *r, uint64_t offset, struct frame **page)
{
	bool write = r->shared && (r->prot & PROT_WRITE);
	int err = store_page(r->store, (r->offset + offset) / PAGE_SIZE, write,
			     page);

	if (err == 0)
		frame_get(*page);
	return err;
}
