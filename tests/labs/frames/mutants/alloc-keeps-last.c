/*
 * mistake: the last frame of the list is never given out
 */
static INLINE struct frame *
take(uint32_t *list, enum frame_kind kind)
{
	struct frame *f;

	if (*list == NO_FRAME || frame_table[*list].next == NO_FRAME)
		return NULL;
	f = &frame_table[*list];
	assert(f->refs == 0 && f->kind == FRAME_FREE && poisoned(f));
	*list = f->next;
	f->refs = 1;
	set_kind(f, kind);
	EVENT("alloc frame=%zx kind=%d", frame_number(f), kind);
	return f;
}
