/*
 * mistake: a freed frame is still counted as what it was used for
 */
static void
release(struct frame *f)
{
	if (f->kind == FRAME_NONE)
		set_kind(f, FRAME_FREE);
	f->kind = FRAME_FREE;
	poison(f);
	f->next = free_list;
	free_list = (uint32_t)frame_number(f);
}
