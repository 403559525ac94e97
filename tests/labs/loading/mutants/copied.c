/*
 * mistake: the bytes of a file page are copied into a frame of the process, in
 * the place of mapping the frame that holds them already
 */
static int
file_page(const struct region *r, uint64_t offset, struct frame **page)
{
	struct frame *f = frame_alloc_zeroed(FRAME_PAGE);
	long n;

	if (!f)
		return -ENOMEM;
	n = store_read(r->store, r->offset + offset, frame_page(f), PAGE_SIZE);
	if (n <= 0) {
		frame_put(f);
		return n < 0 ? (int)n : -ENXIO;
	}
	*page = f;
	return 0;
}
