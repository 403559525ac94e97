/*
 * mistake: the last page is shown in place too: programs see the next file of
 * the archive behind its end
 */
static struct frame *
frame_in_place(const struct store *st, uint64_t offset)
{
	struct frame *f;

	if (offset >= st->source_size ||
	    (uintptr_t)(st->source + offset) % PAGE_SIZE != 0)
		return NULL;
	f = frame_of(st->source + offset);
	return f && f->kind == FRAME_MODULE ? f : NULL;
}
