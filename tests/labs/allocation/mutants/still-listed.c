/*
 * mistake: merges with the block above but leaves it in its list
 */
static void
coalesce(struct block *b)
{
	size_t size = size_of(b);
	struct block *next = above(b);

	b->header &= ~(size_t)IN_USE;
	if (!at_top(next) && !(next->header & IN_USE))
		size += size_of(next);
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
