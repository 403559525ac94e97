/*
 * mistake: split leaves `filled` of the upper part as it was: the bss of a
 * program that is cut shows bytes of the file
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
	high->offset = low->offset + (va - low->start);
	region_resize(&s->regions, low, va);
	region_insert(&s->regions, high);
	return 0;
}
