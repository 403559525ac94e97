/*
 * mistake: split does not advance the offset: the upper part shows the file from
 * the beginning of the map
 */
static int
split(struct space *s, vaddr_t va)
{
	struct region *low = space_find(s, va), *high;

	if (!low || low->start == va)
		return 0;
	high = region_copy(low);
	if (!high)
		return -ENOMEM;
	high->start = va;
	high->filled = filled_after(low->filled, va - low->start);
	region_resize(&s->regions, low, va);
	region_insert(&s->regions, high);
	return 0;
}
