/*
 * mistake: without memory, page 0 is cleared instead of returning NULL
 */
struct frame *
frame_alloc_zeroed(enum frame_kind kind)
{
	struct frame *f = frame_alloc(kind);

	memset(frame_page(f), 0, PAGE_SIZE);
	return f;
}
