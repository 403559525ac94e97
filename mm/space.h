/*
 * A space: a sorted set of regions and a page table: one address space.
 *
 * Regions say what may be; the page table says what is. Every operation first
 * separates (splits regions, owns tables: may fail, changes nothing visible),
 * then changes (cannot fail).
 */
#pragma once

#include "kernel/list.h"
#include "kernel/types.h"
#include "mm/region.h"

struct frame;
struct store;

struct space {
	uint32_t refs; /* processes that live in it */
	struct region_set regions;
	struct frame *root;	      /* of the page table */
	vaddr_t heap_start, heap_end; /* sbrk's boundary; end in bytes */
	vaddr_t stack_top;	      /* end of the stack region */
	vaddr_t map_top;	      /* where the search for a gap begins */
	vaddr_t arg_start, env_start, env_end; /* strings of the program's
						  arguments, environment */
	struct list link;		       /* all spaces, for audit */
};

/* => an empty space, one reference; or NULL without memory */
struct space *space_new(void) MUST_CHECK;
/* A second space that shows the same contents; its page table costs one frame
 * whatever the size. => NULL without memory */
struct space *space_fork(struct space *s) MUST_CHECK;
static inline void
space_get(struct space *s)
{
	s->refs++;
}

/* The last reference frees it. => it is then active on no CPU */
void space_put(struct space *s);
void space_activate(struct space *s);

/* The region that holds va, or NULL. */
static inline struct region *
space_find(struct space *s, vaddr_t va)
{
	return region_find(&s->regions, va);
}

/* Whether [start, start + len) is page aligned, not empty and user memory. */
bool space_range_ok(vaddr_t start, uint64_t len);
/* Where a new region of len bytes may go: at hint if that is free and user
 * memory, else as high as possible below map_top. => 0 if nowhere */
vaddr_t space_gap(struct space *s, vaddr_t hint, uint64_t len);

/* Puts a region at [start, start + len) with what `like` says of rights,
 * store, offset, filled and label; whatever was there is unmapped first. Takes
 * its own reference to the store. => -EINVAL for a bad range, -ENOMEM */
int space_map(struct space *s, vaddr_t start, uint64_t len,
	      const struct region *like) MUST_CHECK;
/* => holes are fine; -EINVAL for a bad range, -ENOMEM */
int space_unmap(struct space *s, vaddr_t start, uint64_t len) MUST_CHECK;
/* => -ENOMEM without memory, if the range has a hole or is not user memory;
 * -EACCES beyond max_prot */
int space_protect(struct space *s, vaddr_t start, uint64_t len,
		  int prot) MUST_CHECK;
/* Makes r longer. => -ENOMEM if something is in the way */
int space_grow(struct space *s, struct region *r, uint64_t len) MUST_CHECK;
/* What is at [start, start + old_len), all of one region, is from now on at
 * [to, to + new_len), which is free and not shorter. No page is copied.
 * => -ENOMEM */
int space_move(struct space *s, vaddr_t start, uint64_t old_len, vaddr_t to,
	       uint64_t new_len) MUST_CHECK;
/* Moves the end of the heap; pages beyond the new end are given back. => -ENOMEM
 * if end lies below heap_start, or something is in the way */
int space_set_heap_end(struct space *s, vaddr_t end) MUST_CHECK;

/* Unmaps, in every space, the pages of st that lie wholly beyond `size` bytes,
 * private copies of them too: touching them is then beyond the file.
 * => -ENOMEM: some may still be mapped */
int space_truncate_store(const struct store *st, uint64_t size) MUST_CHECK;

/* For audit: visits every space; NULL: the first. */
struct space *space_next(struct space *s);
