/*
 * mistake: believes that nobody else calls sbrk: what they got joins the heap
 */
static bool
top_grow(size_t size)
{
	size_t room = (size_t)(heap.end - heap.top);
	size_t more = (size - room + 2 * GROW - 1) & ~(size_t)(GROW - 1);
	char *old = sbrk((intptr_t)more);

	if (old == (char *)-1)
		return false;
	if (!heap.end) {
		heap.top =
			old + (-(uintptr_t)old & (ALIGN - 1)) + ALIGN - HEADER;
		heap.fresh = heap.top;
	}
	heap.end = old + more - HEADER;
	return (size_t)(heap.end - heap.top) >= size || top_grow(size);
}
