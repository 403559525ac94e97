/*
 * Spaces: regions and page table, changed together.
 *
 * Owns: the list of all spaces.
 * Invariants:
 *	R2 every mapped user page lies in exactly one region of its own space,
 *	   and allows no more than the region does
 *	   (R1, R3: region.c; R4 is the programs' choice)
 *
 * Page tables are shared between spaces, region sets are not.
 */
#include "mm/space.h"

#include "kernel/assert.h"
#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/store.h"

static struct list spaces = {&spaces, &spaces};

struct space *
space_next(struct space *s)
{
	struct list *next = s ? s->link.next : spaces.next;

	return next == &spaces ? NULL : CONTAINER(next, struct space, link);
}

struct space *
space_new(void)
{
	struct space *s = heap_alloc(sizeof(*s));

	if (!s)
		return NULL;
	s->root = pt_new();
	if (!s->root) {
		heap_free(s);
		return NULL;
	}
	s->refs = 1;
	region_set_init(&s->regions);
	s->map_top = STACK_START - STACK_GUARD;
	list_append(&spaces, &s->link);
	return s;
}

static struct region *
region_copy(const struct region *like)
{
	struct region *r = heap_copy(like, sizeof(*r));

	if (r && r->store)
		store_get(r->store);
	return r;
}

static void
region_free(struct region *r)
{
	if (r->store)
		store_put(r->store);
	heap_free(r);
}

static void
free_regions(struct region_set *set)
{
	struct region *next;

	for (struct region *r = set->first; r; r = next) {
		next = r->next;
		region_free(r);
	}
}

struct space *
space_fork(struct space *s)
{
	struct space *child = heap_copy(s, sizeof(*child));

	if (!child)
		return NULL;
	child->refs = 1;
	child->root = NULL;
	if (region_set_copy(&child->regions, &s->regions, region_copy))
		child->root = pt_fork(s->root);
	if (child->root) {
		list_append(&spaces, &child->link);
		return child;
	}
	free_regions(&child->regions);
	heap_free(child);
	return NULL;
}

void
space_put(struct space *s)
{
	if (--s->refs > 0)
		return;
	list_remove(&s->link);
	pt_free(s->root);
	free_regions(&s->regions);
	heap_free(s);
}

void
space_activate(struct space *s)
{
	pt_activate(s->root);
}

bool
space_range_ok(vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len;

	return ((start | len) & PAGE_MASK) == 0 && start >= USER_START &&
	       start < end && end <= USER_END;
}

static bool
is_free(struct space *s, vaddr_t start, uint64_t len)
{
	const struct region *r = region_at_or_after(&s->regions, start);

	return !r || (r->start >= start && r->start - start >= len);
}

vaddr_t
space_gap(struct space *s, vaddr_t hint, uint64_t len)
{
	hint = page_down(hint);
	if (space_range_ok(hint, len) && is_free(s, hint, len))
		return hint;
	return region_gap(&s->regions, len, s->map_top);
}

/* r is to lose its first len bytes: the rest shows what it showed. */
static void
skip(struct region *r, uint64_t len)
{
	r->offset += len;
	r->filled = filled_after(r->filled, len);
}

/* Makes va a boundary between regions. Changes nothing that can be seen. */
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
	skip(high, va - low->start);
	region_split(&s->regions, low, high);
	return 0;
}

/* Whether b, in every respect, is what goes on after len bytes of a. */
static INLINE bool
continues(const struct region *a, uint64_t len, const struct region *b)
{
	if (a->prot != b->prot || a->max_prot != b->max_prot ||
	    a->shared != b->shared || a->grows_down != b->grows_down ||
	    a->store != b->store || a->label != b->label)
		return false;
	return !a->store || (b->offset == a->offset + len &&
			     b->filled == filled_after(a->filled, len));
}

/* Undoes a split that nothing needs any more, below `high`; NULL: nothing. */
static void
merge(struct space *s, struct region *high)
{
	struct region *low = high ? high->prev : NULL;

	if (!low || low->end != high->start ||
	    !continues(low, low->end - low->start, high))
		return;
	region_join(&s->regions, high);
	region_free(high);
}

/*
 * Stretches [start, end), which is about to be empty, over the free space around
 * it as far as whole page tables reach: they are dropped with it, for nothing
 * else can use them.
 */
static INLINE void
widen(struct space *s, vaddr_t *start, vaddr_t *end)
{
	const struct region *above = region_at_or_after(&s->regions, *start);
	const struct region *below = region_below(&s->regions, above);
	vaddr_t low = below ? below->end : 0, high;

	if (above && above->start < *start)
		low = *start;
	while (above && above->end <= *end)
		above = above->next;
	high = above ? max_u64(above->start, *end) : PT_SPAN(PT_LEVELS + 1) / 2;
	for (int level = 2; level <= PT_LEVELS; level++) {
		uint64_t span = PT_SPAN(level);
		vaddr_t from = *start / span * span;
		vaddr_t to = (*end + span - 1) / span * span;

		if (from < low || to > high)
			return;
		*start = from;
		*end = to;
	}
}

/* Takes [start, end) from all regions: none reaches across both ends. */
static void
remove_regions(struct space *s, vaddr_t start, vaddr_t end)
{
	struct region *r = region_at_or_after(&s->regions, start), *next;

	EVENT("region-remove start=%lx end=%lx", start, end);
	for (; r && r->start < end; r = next) {
		next = r->next;
		if (r->start < start) {
			region_resize(&s->regions, r, start);
		} else if (r->end > end) {
			skip(r, end - r->start);
			region_move_start(&s->regions, r, end);
		} else {
			region_remove(&s->regions, r);
			region_free(r);
		}
	}
}

int
space_unmap(struct space *s, vaddr_t start, uint64_t len)
{
	vaddr_t end = start + len, pt_start = start, pt_end = end;
	const struct region *r;

	if (!space_range_ok(start, len))
		return -EINVAL;
	r = region_at_or_after(&s->regions, start);
	if (!r || r->start >= end)
		return 0;
	if (r->start < start && r->end > end && split(s, end) < 0)
		return -ENOMEM;
	widen(s, &pt_start, &pt_end);
	if (pt_unmap(s->root, pt_start, pt_end) < 0)
		return -ENOMEM;
	remove_regions(s, start, end);
	return 0;
}

static void
add_region(struct space *s, struct region *r, vaddr_t start, vaddr_t end)
{
	r->start = start;
	r->end = end;
	region_insert(&s->regions, r);
	merge(s, r->next);
	merge(s, r);
}

/* space_map where it is free, right below `high`: if a neighbour goes on there,
 * it becomes longer. */
static int
fill_gap(struct space *s, vaddr_t start, vaddr_t end, const struct region *like,
	 struct region *high)
{
	struct region *low = region_below(&s->regions, high), *r;

	if (low && low->end == start &&
	    continues(low, start - low->start, like)) {
		region_resize(&s->regions, low, end);
		merge(s, high);
	} else if (high && high->start == end &&
		   continues(like, end - start, high)) {
		high->offset = like->offset;
		high->filled = like->filled;
		region_move_start(&s->regions, high, start);
	} else {
		r = region_copy(like);
		if (!r)
			return -ENOMEM;
		r->start = start;
		r->end = end;
		region_insert(&s->regions, r);
	}
	return 0;
}

/* Gives back tables around [start, end), where nothing is mapped. If even that
 * needs memory, which is not there, they stay until something near them goes. */
static void
drop_tables(struct space *s, vaddr_t start, vaddr_t end)
{
	widen(s, &start, &end);
	(void)!pt_unmap(s->root, start, end);
}

int
space_map(struct space *s, vaddr_t start, uint64_t len,
	  const struct region *like)
{
	struct region *high, *r;
	vaddr_t end = start + len;

	if (!space_range_ok(start, len))
		return -EINVAL;
	high = region_at_or_after(&s->regions, start);
	if (!high || high->start >= end) {
		if (fill_gap(s, start, end, like, high) < 0)
			return -ENOMEM;
	} else {
		r = region_copy(like);
		if (!r)
			return -ENOMEM;
		if (space_unmap(s, start, len) < 0) {
			region_free(r);
			return -ENOMEM;
		}
		add_region(s, r, start, end);
	}
	EVENT("region-add start=%lx end=%lx prot=%d store=%u label=%s", start,
	      end, like->prot, like->store ? like->store->id : 0,
	      like->label ? like->label : "-");
	return 0;
}

int
space_grow(struct space *s, struct region *r, uint64_t len)
{
	if (len > USER_END - r->end || !is_free(s, r->end, len))
		return -ENOMEM;
	region_resize(&s->regions, r, r->end + len);
	EVENT("region-grow start=%lx end=%lx", r->start, r->end);
	return 0;
}

int
space_move(struct space *s, vaddr_t start, uint64_t old_len, vaddr_t to,
	   uint64_t new_len)
{
	vaddr_t end = start + old_len;
	struct region *r;

	assert(is_free(s, to, new_len));
	if (split(s, start) < 0 || split(s, end) < 0)
		return -ENOMEM;
	r = region_copy(space_find(s, start));
	if (!r)
		return -ENOMEM;
	if (pt_move(s->root, start, end, to) < 0) {
		region_free(r);
		drop_tables(s, to, to + new_len);
		return -ENOMEM;
	}
	remove_regions(s, start, end);
	add_region(s, r, to, to + new_len);
	drop_tables(s, start, end);
	return 0;
}

/* Whether regions, from r on, cover [start, end) without a hole and allow prot.
 * => 0, or 1 if the last of them goes on */
static int
check_protect(const struct region *r, vaddr_t start, vaddr_t end, int prot)
{
	for (; r && r->start <= start; r = r->next) {
		if (prot & ~r->max_prot)
			return -EACCES;
		if (r->end >= end)
			return r->end > end;
		start = r->end;
	}
	return -ENOMEM;
}

/* Those from r on, as far as the boundary `end`. */
static void
set_prot(struct space *s, struct region *r, vaddr_t end, int prot)
{
	struct region *next;

	for (; r && r->start < end; r = next) {
		next = r->next;
		r->prot = (uint8_t)prot;
		merge(s, r);
	}
	merge(s, r);
}

int
space_protect(struct space *s, vaddr_t start, uint64_t len, int prot)
{
	vaddr_t end = start + len;
	struct region *r;
	int goes_on;

	if (!space_range_ok(start, len))
		return -ENOMEM;
	r = region_at_or_after(&s->regions, start);
	goes_on = check_protect(r, start, end, prot);
	if (goes_on < 0)
		return goes_on;
	if ((r->start < start && split(s, start) < 0) ||
	    (goes_on && split(s, end) < 0) ||
	    pt_protect(s->root, start, end, prot) < 0)
		return -ENOMEM;
	set_prot(s, r->start < start ? r->next : r, end, prot);
	return 0;
}

int
space_set_heap_end(struct space *s, vaddr_t end)
{
	static const struct region heap = {
		.prot = PROT_READ | PROT_WRITE,
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.label = "heap",
	};
	vaddr_t old = page_up(s->heap_end), new;
	struct region *above;
	int err = 0;

	if (end < s->heap_start || end > USER_END)
		return -ENOMEM;
	new = page_up(end);
	above = region_at_or_after(&s->regions, old);
	if (new < old)
		err = space_unmap(s, new, old - new);
	else if (new > old && above && above->start < new)
		err = -ENOMEM;
	else if (new > old)
		err = fill_gap(s, old, new, &heap, above);
	if (err < 0)
		return err;
	s->heap_end = end;
	return 0;
}
