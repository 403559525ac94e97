/*
 * mistake: every page of a file is copied out of the module, also where the
 * module's frame could be shown
 */
static struct frame *
fill(const struct store *st, uint64_t offset)
{
	struct frame *f = frame_alloc_zeroed(FRAME_PAGE);

	if (f && offset < st->source_size)
		memcpy(frame_page(f), st->source + offset,
		       min_u64(PAGE_SIZE, st->source_size - offset));
	return f;
}
