/*
 * A region: a run of addresses with one set of rights and one source of
 * contents. It answers: may this be touched, and what belongs there?
 *
 * A region_set is the sorted set of a space's regions. Finding, inserting,
 * removing and searching a free gap cost O(log n): every node of the tree knows
 * the largest gap in front of a region of its subtree.
 */
#pragma once

#include "kernel/types.h"
#include "mm/tree.h"

struct store;

struct region {
	struct tree_node node;	    /* its weight: the gap in front */
	struct region *prev, *next; /* neighbours by address */
	vaddr_t start, end;	    /* page aligned, start < end */
	uint8_t prot;		    /* PROT_*: rights now */
	uint8_t max_prot;	    /* rights that mprotect may give */
	bool shared;	     /* writes are meant to be seen: has a store */
	bool grows_down;     /* to what is touched below it, if that is free */
	uint32_t in_order;   /* pages fetched in a row before `fetched` */
	struct store *store; /* source of contents, or NULL: zeros */
	uint64_t offset;     /* of start in the store, page aligned */
	uint64_t filled;     /* bytes from start that the store fills;
				       the rest are zeros (an ELF bss) */
	vaddr_t fetched;     /* the page that was last fetched from there */
	const char *label;   /* for people: "heap", ".text"; static */
};

struct region_set {
	struct tree tree;
	struct region *first;  /* lowest, or NULL */
	struct region *last;   /* highest, or NULL */
	struct region *recent; /* where the next search looks first, or NULL */
	size_t count;
	uint64_t bytes; /* that the regions cover */
};

/* The whole of a region is its store's. */
#define REGION_FILLED UINT64_MAX

/* What is left of `filled` bytes after the first len. */
static inline uint64_t
filled_after(uint64_t filled, uint64_t len)
{
	if (filled == REGION_FILLED)
		return filled;
	return filled > len ? filled - len : 0;
}

void region_set_init(struct region_set *set);
/* => r lies in the user half and overlaps no region of the set */
void region_insert(struct region_set *set, struct region *r);
void region_remove(struct region_set *set, struct region *r);
/* From high->start on, low is now `high`, which was made like it; and back: high
 * becomes part of the region below it, which touches it. */
void region_split(struct region_set *set, struct region *low,
		  struct region *high);
void region_join(struct region_set *set, struct region *high);
/* Makes `to` like `from`; `copy` makes each region, equal to the one it is
 * given. O(n), no comparison.
 * => false if copy returned NULL: the list of `to` is then what was made */
bool region_set_copy(struct region_set *to, const struct region_set *from,
		     struct region *(*copy)(const struct region *r)) MUST_CHECK;
/* Moves r's end. => the new end is above start, at most the next start */
void region_resize(struct region_set *set, struct region *r, vaddr_t end);
/* The same with its start; what is where stays the caller's business. */
void region_move_start(struct region_set *set, struct region *r, vaddr_t start);
struct region *region_search(struct region_set *set, vaddr_t va);

/* The region that holds va, else the first above it, else NULL. */
static inline struct region *
region_at_or_after(struct region_set *set, vaddr_t va)
{
	struct region *r = set->recent;

	if (r && va < r->end &&
	    (va >= r->start || (r->prev && va >= r->prev->end)))
		return r;
	return region_search(set, va);
}

/* The region that holds va, or NULL. */
static inline struct region *
region_find(struct region_set *set, vaddr_t va)
{
	struct region *r = region_at_or_after(set, va);

	return r && r->start <= va ? r : NULL;
}

/* What lies below r, which may be NULL: above all. */
static inline struct region *
region_below(const struct region_set *set, const struct region *r)
{
	return r ? r->prev : set->last;
}

/* The highest start of len free bytes that end at or below ceiling; 0: none. */
vaddr_t region_gap(struct region_set *set, uint64_t len, vaddr_t ceiling);
/* R1 and the gap summaries, recomputed. */
bool region_set_audit(struct region_set *set);
