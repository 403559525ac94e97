/*
 * mistake: count * size may wrap: a small block for a huge array
 */
void *
calloc(size_t count, size_t size)
{
	size_t n = count * size;
	char *p = malloc(n);

	if (p)
		memset(p, 0, n);
	return p;
}
