/*
 * mistake: freed frames keep their contents
 */
static void
release(struct frame *f)
{
	set_kind(f, FRAME_FREE);
	f->next = free_list;
	free_list = (uint32_t)frame_number(f);
}
