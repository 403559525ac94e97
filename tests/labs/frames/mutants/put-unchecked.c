/*
 * mistake: a put of a frame that is free is not noticed: the count wraps around
 */
void
frame_put(struct frame *f)
{
	if (--f->refs > 0)
		return;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
	release(f, &free_list);
}
