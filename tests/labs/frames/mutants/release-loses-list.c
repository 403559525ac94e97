/*
 * mistake: the freed frame becomes the list, and the rest of the list is lost
 */
static void
release(struct frame *f, uint32_t *list)
{
	set_kind(f, FRAME_FREE);
	if (list == &free_list)
		poison(f);
	f->next = NO_FRAME;
	*list = (uint32_t)frame_number(f);
}
