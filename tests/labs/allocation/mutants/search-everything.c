/*
 * mistake: looks through all lists, block by block, for the best fit
 */
static struct block *
list_find(size_t size)
{
	struct block *best = NULL;

	for (unsigned i = 0; i < LISTS; i++)
		for (struct block *b = heap.lists[i]; b; b = b->next)
			if (size_of(b) >= size &&
			    (!best || size_of(b) < size_of(best)))
				best = b;
	return best;
}
