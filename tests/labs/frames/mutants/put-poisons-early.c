/*
 * mistake: the page is poisoned before anybody asks whether others see it
 */
void
frame_put(struct frame *f)
{
	assert(f->refs > 0);
	poison(f);
	if (--f->refs > 0)
		return;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
	release(f, &free_list);
}
