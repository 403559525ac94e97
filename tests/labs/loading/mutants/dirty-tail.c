/*
 * mistake: the rest of the mixed page is not filled with zeros: .bss begins with
 * what the frame held before
 */
static int
mixed_page(const struct region *r, uint64_t offset, struct frame **page)
{
	struct frame *f = frame_alloc(FRAME_PAGE);
	long n;

	if (!f)
		return -ENOMEM;
	n = store_read(r->store, r->offset + offset, frame_page(f),
		       r->filled - offset);
	if (n < 0) {
		frame_put(f);
		return (int)n;
	}
	*page = f;
	return 0;
}
