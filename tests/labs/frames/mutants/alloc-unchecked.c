/*
 * mistake: nobody looks whether the poison of a free frame is intact
 */
struct frame *
frame_alloc(enum frame_kind kind)
{
	struct frame *f;

	if (free_list == NO_FRAME)
		return NULL;
	f = &frame_table[free_list];
	free_list = f->next;
	f->refs = 1;
	set_kind(f, kind);
	EVENT("alloc frame=%zx kind=%d", frame_number(f), kind);
	return f;
}
