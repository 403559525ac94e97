/*
 * mistake: the entry's reference to the file's frame is forgotten: the frame is
 * freed when the first process that shows it ends
 */
static int
file_page(const struct region *r, uint64_t offset, struct frame **page)
{
	bool write = r->shared && (r->max_prot & PROT_WRITE);

	return store_page(r->store, (r->offset + offset) / PAGE_SIZE, write,
			  page);
}
