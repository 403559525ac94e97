/*
 * Fault = fetch, then own.
 *
 *	find	the region that holds the address	  else -EFAULT
 *	permit	its rights allow the access		  else -EACCES
 *	fetch	nothing there yet: bring the page	  -ENXIO, -ENOMEM
 *	own	a write to what others see: get our own	  -ENOMEM
 *
 * Heap, stack, bss, program text, libc data, mapped files and what fork left
 * shared are all regions, and take this one path.
 */
#include "mm/fault.h"

#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"

#define WINDOW (16 * PAGE_SIZE)

bool fault_around = true;

/* Any right includes reading: x86 has no entry that says otherwise. */
static bool
permits(const struct region *r, int access)
{
	return r->prot & access || (access == PROT_READ && r->prot);
}

/* The frame of zeros, or one of our own if it is to be written at once. */
static struct frame *
zero_page(int access)
{
	if (access == PROT_WRITE)
		return frame_alloc_zeroed(FRAME_PAGE);
	frame_get(frame_zero);
	return frame_zero;
}

/* Whether what is written to the region reaches the store, now or after
 * mprotect. */
static bool
may_write_file(const struct region *r)
{
	return r->shared && (r->max_prot & PROT_WRITE);
}

/* The store's own frame, seen by everyone who maps it. */
static int
file_page(const struct region *r, uint64_t offset, struct frame **page)
{
	int err = store_page(r->store, (r->offset + offset) / PAGE_SIZE,
			     may_write_file(r), page);

	if (err == 0)
		frame_get(*page);
	return err;
}

/* The page in which a segment's file contents end and its bss begins. */
static int
mixed_page(const struct region *r, uint64_t offset, struct frame **page)
{
	struct frame *f = frame_alloc_zeroed(FRAME_PAGE);
	long n;

	if (!f)
		return -ENOMEM;
	n = store_read(r->store, r->offset + offset, frame_page(f),
		       r->filled - offset);
	if (n < 0) {
		frame_put(f);
		return (int)n;
	}
	*page = f;
	return 0;
}

/* What belongs at offset in the region, with a reference for the caller. */
static int
fetch(const struct region *r, uint64_t offset, int access, struct frame **page)
{
	if (r->store && offset + PAGE_SIZE <= r->filled)
		return file_page(r, offset, page);
	if (r->store && offset < r->filled)
		return mixed_page(r, offset, page);
	*page = zero_page(access);
	return *page ? 0 : -ENOMEM;
}

/* A file that is read in order would fault at each page: the third in a row
 * brings those behind it, as far as they cost no memory. */
static COLD void
map_ahead(struct space *s, struct region *r, vaddr_t va)
{
	vaddr_t start = va + PAGE_SIZE, end = va / WINDOW * WINDOW + WINDOW;
	uint64_t offset = start - r->start, len = min_u64(end, r->end) - start;
	struct frame *f[WINDOW / PAGE_SIZE];

	r->in_order = va == r->fetched + PAGE_SIZE ? r->in_order + 1 : 0;
	r->fetched = va;
	if (r->in_order < 2 || !fault_around || r->filled < offset || len == 0)
		return;
	len = min_u64(len, page_down(r->filled - offset));
	store_ready(r->store, (r->offset + offset) / PAGE_SIZE, f,
		    len / PAGE_SIZE);
	pt_map_more(s->root, start, f, len / PAGE_SIZE, r->prot, r->shared);
	r->fetched = va + len;
}

/* Nothing is mapped at va, the start of a page. A page that others see too is
 * the caller's own only after pt_own. */
static int
fetch_and_map(struct space *s, struct region *r, vaddr_t va, int access)
{
	struct frame *f;
	int err = fetch(r, va - r->start, access, &f);

	if (err < 0)
		return err;
	err = pt_map(s->root, va, f, r->prot, r->shared);
	if (err < 0) {
		frame_put(f);
		return err;
	}
	if (access == PROT_WRITE)
		return !r->shared && f->refs > 1 ? pt_own(s->root, va) : 0;
	if (r->store && !may_write_file(r))
		map_ahead(s, r, va);
	return 0;
}

/* The region that grows down to va (MAP_GROWSDOWN, mmap(2)): as far as a stack
 * may reach, and as long as a guard stays free below it. */
static struct region *
grow_down(struct space *s, const struct region *r, vaddr_t va)
{
	vaddr_t start = page_down(va);

	if (!r || !r->grows_down || r->end - start > STACK_SIZE ||
	    (r->prev && start - r->prev->end < STACK_GUARD) ||
	    space_map(s, start, r->start - start, r) < 0)
		return NULL;
	return space_find(s, va);
}

static COLD struct region *
find_region(struct space *s, vaddr_t va)
{
	struct region *r = region_at_or_after(&s->regions, va);

	if (!r || va < r->start)
		return grow_down(s, r, va);
	s->regions.recent = r;
	return r;
}

static struct region *
region_for(struct space *s, vaddr_t va)
{
	struct region *r = s->regions.recent;

	return r && r->start <= va && va < r->end ? r : find_region(s, va);
}

static INLINE int
fault(struct space *s, vaddr_t va, int access, int hints)
{
	struct region *r = region_for(s, va);
	struct pt_page page;

	if (!r)
		return -EFAULT;
	if (!permits(r, access))
		return -EACCES;
	if (!(hints & FAULT_ABSENT)) {
		if (access == PROT_WRITE) {
			int err = pt_own(s->root, va);

			if (err != -ENOENT)
				return err;
		} else if (pt_lookup(s->root, va, &page)) {
			return 0;
		}
	}
	return fetch_and_map(s, r, page_down(va), access);
}

/* Out of frames: first let stores drop pages that they can make again. */
int
space_fault(struct space *s, vaddr_t va, int access)
{
	int hints = access & FAULT_HINTS, err;

	access &= ~FAULT_HINTS;
	err = fault(s, va, access, hints);
	if (err == -ENOMEM && !(hints & FAULT_AGAIN) && store_reclaim())
		return space_fault(s, va, access | FAULT_AGAIN);
	EVENT("fault va=%lx access=%d result=%d", va, access, err);
	return err;
}
