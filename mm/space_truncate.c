/*
 * What happens to those who map a file when it shrinks.
 */
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"

/* Unmaps the file pages of r that lie beyond the first `size` bytes of its
 * store. Zeros behind them (a bss) are not the file's. */
static int
truncate_region(struct space *s, const struct region *r, uint64_t size)
{
	uint64_t file = min_u64(r->end - r->start, page_down(r->filled));
	uint64_t keep = page_up(size);

	keep = keep > r->offset ? keep - r->offset : 0;
	if (keep >= file)
		return 0;
	return pt_unmap(s->root, r->start + keep, r->start + file);
}

/* A store that nobody maps is held once, by its inode. Else all regions are
 * looked at: there is no way from a store to those who show it, and shrinking a
 * mapped file is rare. */
int
space_truncate_store(const struct store *st, uint64_t size)
{
	int err = 0;

	if (st->refs == 1 || size >= st->size)
		return 0;
	for (struct space *s = space_next(NULL); s && err == 0;
	     s = space_next(s))
		for (const struct region *r = s->regions.first; r && err == 0;
		     r = r->next)
			if (r->store == st)
				err = truncate_region(s, r, size);
	return err;
}
