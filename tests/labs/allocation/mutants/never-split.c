/*
 * mistake: gives the whole free block, however small the request
 */
struct block *
__heap_get(size_t size)
{
	struct block *b = size ? list_find(size) : NULL;

	if (b)
		take(b);
	else if (size)
		b = top_cut(size);
	return b;
}
