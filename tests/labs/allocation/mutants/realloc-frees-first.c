/*
 * mistake: realloc frees the old block before it knows whether there is a new
 * one
 */
void *
realloc(void *p, size_t n)
{
	size_t size = __heap_block_size(n);
	struct block *b;
	void *copy;

	if (!p)
		return malloc(n);
	b = checked(p);
	if (size && size <= size_of(b)) {
		__heap_split(b, size);
		return p;
	}
	if (size && __heap_extend(b, size))
		return p;
	__heap_put(b);
	copy = malloc(n);
	if (copy)
		memmove(copy, p, n);
	return copy;
}
