/*
 * mistake: freed frames keep their contents
 */
static void
release(struct frame *f, uint32_t *list)
{
	set_kind(f, FRAME_FREE);
	f->next = *list;
	*list = (uint32_t)frame_number(f);
}
