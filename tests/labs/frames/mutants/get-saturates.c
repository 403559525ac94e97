/*
 * mistake: the count is a flag: seen by one, seen by several
 */
void
frame_get(struct frame *f)
{
	assert(f->refs > 0);
	if (f->refs < 2)
		f->refs++;
}
