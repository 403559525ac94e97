/*
 * mistake: the slot's reference to a frame in place is forgotten: the module's
 * frames are freed when the first file is closed
 */
static struct frame *
fill(const struct store *st, uint64_t offset)
{
	struct frame *f = frame_in_place(st, offset);

	if (f)
		return f;
	f = frame_alloc_zeroed(FRAME_PAGE);
	if (f && offset < st->source_size)
		memcpy(frame_page(f), st->source + offset,
		       min_u64(PAGE_SIZE, st->source_size - offset));
	return f;
}
