/*
 * mistake: aligns the first header to 16, not the first payload
 */
static bool
top_grow(size_t size)
{
	size_t room = (size_t)(heap.end - heap.top);
	size_t more = (size - room + 2 * GROW - 1) & ~(size_t)(GROW - 1);
	char *old = sbrk((intptr_t)more);

	if (old == (char *)-1)
		return false;
	if (heap.end && old == heap.end + HEADER) {
		heap.end += more;
		return true;
	}
	if (heap.end)
		((struct block *)heap.top)->header =
			room | IN_USE | BELOW_IN_USE;
	heap.top = old + (-(uintptr_t)old & (ALIGN - 1));
	heap.end = old + more - HEADER;
	heap.fresh = heap.top;
	return (size_t)(heap.end - heap.top) >= size || top_grow(size);
}
