/*
 * mistake: realloc moves without copying the contents
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
	copy = malloc(n);
	if (copy)
		__heap_put(b);
	return copy;
}
