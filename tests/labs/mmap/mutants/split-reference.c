/*
 * mistake: split copies the region and forgets the reference to its store: the
 * store is gone when the first half is unmapped
 */
static int
split(struct space *s, vaddr_t va)
{
	struct region *low = space_find(s, va), *high;

	if (!low || low->start == va)
		return 0;
	high = heap_alloc(sizeof(*high));
	if (!high)
		return -ENOMEM;
	*high = *low;
	high->start = va;
	high->offset = low->offset + (va - low->start);
	high->filled = filled_after(low->filled, va - low->start);
	region_resize(&s->regions, low, va);
	region_insert(&s->regions, high);
	return 0;
}
