/*
 * mistake: calloc believes that all memory is zeros
 */
void *
calloc(size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX;
	return malloc(n);
}
