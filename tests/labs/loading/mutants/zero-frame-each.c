/*
 * mistake: reading untouched memory takes a frame for every page
 */
static struct frame *
zero_page(int access)
{
	(void)access;
	return frame_alloc_zeroed(FRAME_PAGE);
}
