/*
 * mistake: off by one at the end: the region that begins where the range ends is
 * removed too
 */
static void
remove_regions(struct space *s, vaddr_t start, vaddr_t end)
{
	struct region *r = region_at_or_after(&s->regions, start), *next;

	for (; r && r->start <= end; r = next) {
		next = r->next;
		region_remove(&s->regions, r);
		region_free(r);
	}
}
