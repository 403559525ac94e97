/*
 * mistake: the frame of zeros is given out without a reference, as if it could
 * not be freed
 */
static struct frame *
zero_page(int access)
{
	if (access == PROT_WRITE)
		return frame_alloc_zeroed(FRAME_PAGE);
	return frame_zero;
}
