/*
 * The blocks of the heap: lists of free ones, the top, cutting and merging. The
 * picture and the invariants are in heap.h.
 *
 * Owns: the heap.
 */
#include "heap.h"

#include <unistd.h>

enum {
	LISTS = 64,
	EXACT = 512,	  /* below, a list for each size */
	GROW = 64 << 10,  /* by how much sbrk moves the end, at least */
	TRIM = 256 << 10, /* a larger top is cut down to GROW */
};

/* What sbrk is asked for must not become negative by rounding. */
#define LARGEST ((size_t)PTRDIFF_MAX - 2 * GROW)

static struct {
	struct block *lists[LISTS];
	uint64_t full; /* M3 */
	char *top, *end;
	char *fresh; /* M4 */
} heap;

static bool
at_top(const struct block *b)
{
	return (const char *)b == heap.top;
}

size_t
__heap_block_size(size_t n)
{
	size_t size = (n + HEADER + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (n > LARGEST)
		return 0;
	return size < SMALLEST ? SMALLEST : size;
}

static unsigned
list_of(size_t size)
{
	unsigned list;

	if (size < EXACT)
		return (unsigned)(size / ALIGN);
	list = (unsigned)(EXACT / ALIGN + __builtin_clzl(EXACT) -
			  __builtin_clzl(size));
	return list < LISTS ? list : LISTS - 1;
}

static void
list_add(struct block *b)
{
	unsigned i = list_of(size_of(b));

	b->previous = NULL;
	b->next = heap.lists[i];
	if (b->next)
		b->next->previous = b;
	heap.lists[i] = b;
	heap.full |= 1ULL << i;
}

static void
list_remove(struct block *b)
{
	unsigned i = list_of(size_of(b));

	if (b->previous)
		b->previous->next = b->next;
	else
		heap.lists[i] = b->next;
	if (b->next)
		b->next->previous = b->previous;
	if (!heap.lists[i])
		heap.full &= ~(1ULL << i);
}

/* The first free block in the lists that is large enough, or NULL. */
static struct block *
list_find(size_t size)
{
	unsigned i = list_of(size);
	uint64_t larger = i + 1 < LISTS ? heap.full >> (i + 1) << (i + 1) : 0;

	for (struct block *b = heap.lists[i]; b; b = b->next)
		if (size_of(b) >= size)
			return b;
	return larger ? heap.lists[__builtin_ctzll(larger)] : NULL;
}

/*
 * Moves the end so that the top holds size bytes. => false: no memory
 *
 * Whoever else calls sbrk leaves a hole in the heap, and a new top begins above
 * it. What is left of the old one becomes a block that is never freed, so that
 * nothing merges across; HEADER bytes above heap.end are kept for this.
 */
static bool
top_grow(size_t size)
{
	size_t room = (size_t)(heap.end - heap.top);
	size_t more = (size - room + 2 * GROW - 1) & ~(size_t)(GROW - 1);
	char *old = sbrk((intptr_t)more);

	if (old == (char *)-1)
		return false;
	if (heap.end && old == heap.end + HEADER) {
		heap.end += more;
		return true;
	}
	if (heap.end)
		((struct block *)heap.top)->header =
			room | IN_USE | BELOW_IN_USE;
	/* Payloads at multiples of 16, so headers 8 below. */
	heap.top = old + (-(uintptr_t)old & (ALIGN - 1)) + ALIGN - HEADER;
	heap.end = old + more - HEADER;
	heap.fresh = heap.top;
	return (size_t)(heap.end - heap.top) >= size || top_grow(size);
}

/* Cuts a block of size bytes from the top. => NULL: no memory */
static struct block *
top_cut(size_t size)
{
	struct block *b;

	if ((size_t)(heap.end - heap.top) < size && !top_grow(size))
		return NULL;
	b = (struct block *)heap.top;
	b->header = size | IN_USE | BELOW_IN_USE;
	heap.top += size;
	if (heap.fresh < heap.top)
		heap.fresh = heap.top;
	return b;
}

/* Gives whole pages of a large top back to the kernel. */
static void
top_trim(void)
{
	size_t room = (size_t)(heap.end - heap.top);
	uintptr_t keep = (uintptr_t)heap.top + GROW;
	char *end = (char *)((keep + PAGE - 1) & ~(uintptr_t)(PAGE - 1));

	if (room < TRIM || sbrk(0) != heap.end + HEADER ||
	    sbrk(end - (heap.end + HEADER)) == (void *)-1)
		return;
	heap.end = end - HEADER;
	if (heap.fresh > end) /* not heap.end: its page stays, as it is */
		heap.fresh = end;
}

/* Writes a free block's header and tag, tells the block above, lists it. */
static void
make_free(struct block *b, size_t size)
{
	b->header = size | BELOW_IN_USE; /* M1 */
	((size_t *)above(b))[-1] = size;
	above(b)->header &= ~(size_t)BELOW_IN_USE;
	list_add(b);
}

/*
 * The memory of b, in use so far, becomes free and merges with what is free
 * around it (M1).
 *
 *	below   above    becomes
 *	in use  in use   a free block
 *	in use  free     one with the block above
 *	free    in use   one with the block below
 *	free    free     one of all three
 *	        top      part of the top, with the block below if that is free
 */
static void
coalesce(struct block *b)
{
	size_t size = size_of(b);
	struct block *next = above(b);

	b->header &= ~(size_t)IN_USE; /* lest it be freed twice */
	if (!at_top(next) && !(next->header & IN_USE)) {
		list_remove(next);
		size += size_of(next);
	}
	if (!(b->header & BELOW_IN_USE)) {
		b = below(b);
		list_remove(b);
		size += size_of(b);
	}
	if ((char *)b + size == heap.top)
		heap.top = (char *)b;
	else
		make_free(b, size);
}

/* Takes a free block out of its list, for use. */
static void
take(struct block *b)
{
	list_remove(b);
	b->header |= IN_USE;
	above(b)->header |= BELOW_IN_USE;
}

struct block *
__heap_get(size_t size)
{
	struct block *b = size ? list_find(size) : NULL;

	if (b) {
		take(b);
		__heap_split(b, size);
	} else if (size) {
		b = top_cut(size);
	}
	return b;
}

void
__heap_put(struct block *b)
{
	coalesce(b);
	top_trim();
}

void
__heap_split(struct block *b, size_t size)
{
	size_t rest = size_of(b) - size;
	struct block *tail = (struct block *)((char *)b + size);

	if (rest < SMALLEST)
		return;
	b->header = size | (b->header & FLAGS);
	tail->header = rest | IN_USE | BELOW_IN_USE;
	coalesce(tail);
}

bool
__heap_extend(struct block *b, size_t size)
{
	struct block *next = above(b);

	if (at_top(next)) {
		size_t more = size - size_of(b);

		if ((size_t)(heap.end - heap.top) < more &&
		    (!top_grow(more) || !at_top(next)))
			return false;
		heap.top += more;
		if (heap.fresh < heap.top)
			heap.fresh = heap.top;
		b->header = size | (b->header & FLAGS);
		return true;
	}
	if ((next->header & IN_USE) || size_of(b) + size_of(next) < size)
		return false;
	take(next);
	b->header += size_of(next);
	__heap_split(b, size);
	return true;
}

bool
__heap_in_use(const struct block *b)
{
	return (uintptr_t)b % ALIGN == ALIGN - HEADER &&
	       (const char *)b < heap.top && (b->header & IN_USE);
}

const char *
__heap_fresh(void)
{
	return heap.fresh;
}
