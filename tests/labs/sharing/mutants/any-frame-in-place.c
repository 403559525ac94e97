/*
 * mistake: any frame that holds the bytes is shown to programs, not only those
 * of the module
 */
static struct frame *
frame_in_place(const struct store *st, uint64_t offset)
{
	if (offset + PAGE_SIZE > st->source_size ||
	    (uintptr_t)(st->source + offset) % PAGE_SIZE != 0)
		return NULL;
	return frame_of(st->source + offset);
}
