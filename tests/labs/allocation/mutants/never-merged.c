/*
 * mistake: no coalescing: free neighbours stay apart
 */
static void
coalesce(struct block *b)
{
	size_t size = size_of(b);

	b->header &= ~(size_t)IN_USE;
	if ((char *)b + size == heap.top)
		heap.top = (char *)b;
	else
		make_free(b, size);
}
