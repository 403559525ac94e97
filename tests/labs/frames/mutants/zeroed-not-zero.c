/*
 * mistake: a zeroed frame is cleared in its first quarter only (a count of
 * words where bytes are meant)
 */
struct frame *
frame_alloc_zeroed(enum frame_kind kind)
{
	struct frame *f = frame_alloc(kind);

	if (f)
		memset(frame_page(f), 0, PAGE_SIZE / sizeof(uint64_t));
	return f;
}
