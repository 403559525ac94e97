/*
 * mistake: splits off rests too small for a free block's links
 */
void
__heap_split(struct block *b, size_t size)
{
	size_t rest = size_of(b) - size;
	struct block *tail = (struct block *)((char *)b + size);

	if (rest == 0)
		return;
	b->header = size | (b->header & FLAGS);
	tail->header = rest | IN_USE | BELOW_IN_USE;
	coalesce(tail);
}
