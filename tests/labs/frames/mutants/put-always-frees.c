/*
 * mistake: any put frees the frame, not only that of the last reference
 */
void
frame_put(struct frame *f)
{
	assert(f->refs > 0);
	f->refs = 0;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
	release(f, &free_list);
}
