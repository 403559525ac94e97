/*
 * mistake: nobody looks whether the poison of a free frame is intact
 */
static INLINE struct frame *
take(uint32_t *list, enum frame_kind kind)
{
	struct frame *f;

	if (*list == NO_FRAME)
		return NULL;
	f = &frame_table[*list];
	*list = f->next;
	f->refs = 1;
	set_kind(f, kind);
	EVENT("alloc frame=%zx kind=%d", frame_number(f), kind);
	return f;
}
