/*
 * mistake: the last put counts, but does not give the frame back
 */
void
frame_put(struct frame *f)
{
	assert(f->refs > 0);
	if (--f->refs > 0)
		return;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
}
