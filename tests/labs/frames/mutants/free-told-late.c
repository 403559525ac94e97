/*
 * mistake: the event `free` comes after the frame has lost its kind
 */
void
frame_put(struct frame *f)
{
	assert(f->refs > 0);
	if (--f->refs > 0)
		return;
	release(f, &free_list);
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
}
