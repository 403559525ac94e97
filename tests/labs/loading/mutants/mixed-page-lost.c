/*
 * mistake: the new frame is forgotten when the store cannot be read
 */
static int
mixed_page(const struct region *r, uint64_t offset, struct frame **page)
{
	struct frame *f = frame_alloc_zeroed(FRAME_PAGE);
	long n;

	if (!f)
		return -ENOMEM;
	n = store_read(r->store, r->offset + offset, frame_page(f),
		       r->filled - offset);
	if (n < 0)
		return (int)n;
	*page = f;
	return 0;
}
