/*
 * mistake: takes the first block of the list without looking at its size
 */
static struct block *
list_find(size_t size)
{
	unsigned i = list_of(size);
	uint64_t larger = heap.full >> i << i;

	return larger ? heap.lists[__builtin_ctzll(larger)] : NULL;
}
