/*
 * mistake: pages are counted from the beginning of the file, not from where the
 * region begins in it
 */
static int
file_page(const struct region *r, uint64_t offset, struct frame **page)
{
	bool write = r->shared && (r->max_prot & PROT_WRITE);
	int err = store_page(r->store, offset / PAGE_SIZE, write, page);

	if (err == 0)
		frame_get(*page);
	return err;
}
