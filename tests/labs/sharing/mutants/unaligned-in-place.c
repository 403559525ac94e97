/*
 * mistake: a frame is shown in place although the file's page begins in its
 * middle
 */
static struct frame *
frame_in_place(const struct store *st, uint64_t offset)
{
	struct frame *f;

	if (offset + PAGE_SIZE > st->source_size)
		return NULL;
	f = frame_of(st->source + offset);
	return f && f->kind == FRAME_MODULE ? f : NULL;
}
