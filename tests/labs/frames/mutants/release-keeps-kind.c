/*
 * mistake: a freed frame is still counted as what it was used for
 */
static void
release(struct frame *f, uint32_t *list)
{
	if (f->kind == FRAME_NONE)
		set_kind(f, FRAME_FREE);
	f->kind = FRAME_FREE;
	if (list == &free_list)
		poison(f);
	f->next = *list;
	*list = (uint32_t)frame_number(f);
}
