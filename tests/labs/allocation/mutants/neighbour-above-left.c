/*
 * mistake: merges with the block below only: half of the free neighbours stay
 * apart
 */
static void
coalesce(struct block *b)
{
	size_t size = size_of(b);

	b->header &= ~(size_t)IN_USE;
	if (!(b->header & BELOW_IN_USE)) {
		b = below(b);
		list_remove(b);
		size += size_of(b);
	}
	if ((char *)b + size == heap.top)
		heap.top = (char *)b;
	else
		make_free(b, size);
}
