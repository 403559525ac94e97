/*
 * mistake: the last frame of the list is never given out
 */
struct frame *
frame_alloc(enum frame_kind kind)
{
	struct frame *f;

	if (free_list == NO_FRAME || frame_table[free_list].next == NO_FRAME)
		return NULL;
	f = &frame_table[free_list];
	assert(f->refs == 0 && f->kind == FRAME_FREE && poisoned(f));
	free_list = f->next;
	f->refs = 1;
	set_kind(f, kind);
	EVENT("alloc frame=%zx kind=%d", frame_number(f), kind);
	return f;
}
