/*
 * mistake: after a split the first block's header still tells the old size
 */
void
__heap_split(struct block *b, size_t size)
{
	size_t rest = size_of(b) - size;
	struct block *tail = (struct block *)((char *)b + size);

	if (rest < SMALLEST)
		return;
	tail->header = rest | IN_USE | BELOW_IN_USE;
	coalesce(tail);
}
