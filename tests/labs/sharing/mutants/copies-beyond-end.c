/*
 * mistake: a whole page is copied although the source ends in it: programs see
 * the next file of the archive
 */
static struct frame *
fill(const struct store *st, uint64_t offset)
{
	struct frame *f = frame_in_place(st, offset);

	if (f) {
		frame_get(f);
		return f;
	}
	f = frame_alloc_zeroed(FRAME_PAGE);
	if (f && offset < st->source_size)
		memcpy(frame_page(f), st->source + offset, PAGE_SIZE);
	return f;
}
