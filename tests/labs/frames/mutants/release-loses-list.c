/*
 * mistake: the freed frame becomes the list, and the rest of the list is lost
 */
static void
release(struct frame *f)
{
	set_kind(f, FRAME_FREE);
	poison(f);
	f->next = NO_FRAME;
	free_list = (uint32_t)frame_number(f);
}
