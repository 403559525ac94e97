/*
 * Stores: pages with a life of their own, found by index.
 *
 * Owns: the list of all stores, and their trees of touched pages:
 *
 *	root (shift 6)   [ 0 | 1 | ... | 63 ]	each slot: 64 pages
 *			   |
 *	node (shift 0)   [ 0 | 1 | ... | 63 ]	each slot: a frame, or 0
 *
 * Page i is below slot (i >> shift) % 64 of each node on the way.
 *
 * Invariants:
 *	S1 a touched slot holds one reference to its frame
 *	S2 a slot without DIRTY shows what the source says (zeros beyond it), so
 *	   it can be dropped and made again
 *	S3 the bytes of the last page beyond size are zero, but for what shared
 *	   mappings wrote there
 */
#include "mm/store.h"

#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/heap.h"

enum {
	FANOUT = 64,
	FANOUT_BITS = 6,
};

#define STORE_MAX (1ul << 42) /* bytes: 64^5 pages */
#define DIRTY	  1ul	      /* in a slot of shift 0, beside the frame */

typedef uintptr_t slot_t;

struct store_node {
	slot_t slot[FANOUT];
};

static struct list stores = {&stores, &stores};

static struct frame *
slot_frame(slot_t slot)
{
	return (struct frame *)(slot & ~DIRTY);
}

static struct store_node *
slot_node(slot_t slot)
{
	return (struct store_node *)slot;
}

struct store *
store_new_from(const void *source, uint64_t size)
{
	struct store *st = heap_alloc(sizeof(*st));

	if (!st)
		return NULL;
	st->refs = 1;
	st->size = size;
	st->source = source;
	st->source_size = source ? size : 0;
	list_append(&stores, &st->link);
	return st;
}

struct store *
store_new(uint64_t size)
{
	return store_new_from(NULL, size);
}

void
store_get(struct store *st)
{
	assert(st->refs > 0 && st->refs < UINT32_MAX);
	st->refs++;
}

/* Nobody but the slot sees the page, and it holds no news (S2). */
static bool
can_make_again(slot_t slot)
{
	return !(slot & DIRTY) && slot_frame(slot)->refs == 1;
}

/* Drops the pages from `first` on (an index within node's reach), or those of
 * them that can be made again. => true if the node is left empty and has been
 * freed */
static bool
prune(struct store_node *node, int shift, uint64_t first, bool all)
{
	uint64_t span = 1ul << shift;
	bool empty = true;

	for (uint64_t i = 0; i < FANOUT; i++) {
		slot_t *slot = &node->slot[i];
		uint64_t low = i * span, below = first > low ? first - low : 0;

		if (*slot && below < span) {
			if (shift == 0 && (all || can_make_again(*slot))) {
				frame_put(slot_frame(*slot));
				*slot = 0;
			}
			if (shift > 0 && prune(slot_node(*slot),
					       shift - FANOUT_BITS, below, all))
				*slot = 0;
		}
		empty = empty && !*slot;
	}
	if (empty)
		heap_free(node);
	return empty;
}

static void
drop_pages(struct store *st, uint64_t first, bool all)
{
	if (st->root && prune(st->root, st->shift, first, all))
		st->root = NULL;
}

void
store_put(struct store *st)
{
	assert(st->refs > 0);
	if (--st->refs > 0)
		return;
	drop_pages(st, 0, true);
	list_remove(&st->link);
	heap_free(st);
}

/* The slot of a page, its nodes made, new roots above the old one too; NULL if
 * there is no memory. */
static COLD slot_t *
make_slot(struct store *st, uint64_t index)
{
	slot_t *slot;

	while (!st->root || index >> st->shift >= FANOUT) {
		struct store_node *root = heap_alloc(sizeof(*root));

		if (!root)
			return NULL;
		root->slot[0] = (slot_t)st->root;
		st->shift = st->root ? st->shift + FANOUT_BITS : 0;
		st->root = root;
	}
	slot = &st->root->slot[index >> st->shift];
	for (int shift = st->shift; shift > 0;) {
		if (!*slot)
			*slot = (slot_t)heap_alloc(sizeof(struct store_node));
		if (!*slot)
			return NULL;
		shift -= FANOUT_BITS;
		slot = &slot_node(*slot)->slot[(index >> shift) % FANOUT];
	}
	return slot;
}

/* The slot of a page, its nodes made if `make`; NULL if there are none. */
static INLINE slot_t *
find_slot(struct store *st, uint64_t index, bool make)
{
	struct store_node *node = index >> st->shift < FANOUT ? st->root : NULL;

	for (int shift = st->shift; shift > 0 && node; shift -= FANOUT_BITS)
		node = slot_node(node->slot[(index >> shift) % FANOUT]);
	if (node)
		return &node->slot[index % FANOUT];
	return make ? make_slot(st, index) : NULL;
}

/* The frame that already shows these bytes of the source, or NULL. Where the
 * source ends within a page, something else lies behind it. */
static struct frame *
frame_in_place(const struct store *st, uint64_t offset)
{
	struct frame *f;

	if (offset + PAGE_SIZE > st->source_size ||
	    (uintptr_t)(st->source + offset) % PAGE_SIZE != 0)
		return NULL;
	f = frame_of(st->source + offset);
	return f && f->kind == FRAME_MODULE ? f : NULL;
}

/* A page as its first toucher finds it, with a reference for the slot. */
static struct frame *
fill(const struct store *st, uint64_t offset)
{
	struct frame *f = frame_in_place(st, offset);

	if (f) {
		frame_get(f);
		return f;
	}
	f = frame_alloc_zeroed(FRAME_PAGE);
	if (f && offset < st->source_size)
		memcpy(frame_page(f), st->source + offset,
		       min_u64(PAGE_SIZE, st->source_size - offset));
	return f;
}

/* Makes the page's slot, and fills it. */
static COLD int
first_touch(struct store *st, uint64_t index, bool write, struct frame **page)
{
	slot_t *slot = find_slot(st, index, true);

	if (!slot)
		return -ENOMEM;
	*slot = (slot_t)fill(st, index * PAGE_SIZE);
	return *slot ? store_page(st, index, write, page) : -ENOMEM;
}

int
store_page(struct store *st, uint64_t index, bool write, struct frame **page)
{
	slot_t *slot;

	if (index >= page_up(st->size) / PAGE_SIZE)
		return -ENXIO;
	slot = find_slot(st, index, false);
	if (!slot || !*slot)
		return first_touch(st, index, write, page);
	if (write)
		*slot |= DIRTY;
	*page = slot_frame(*slot);
	return 0;
}

void
store_ready(struct store *st, uint64_t index, struct frame **page, size_t n)
{
	slot_t *slot = NULL;

	for (size_t i = 0; i < n; i++, index++) {
		slot = slot && index % FANOUT ? slot + 1
					      : find_slot(st, index, false);
		if (slot && !*slot && frame_in_place(st, index * PAGE_SIZE))
			*slot = (slot_t)fill(st, index * PAGE_SIZE);
		page[i] = slot ? slot_frame(*slot) : NULL;
	}
}

struct frame *
store_peek(struct store *st, uint64_t index)
{
	slot_t *slot = find_slot(st, index, false);

	return slot ? slot_frame(*slot) : NULL;
}

/* Keeps S3 when the end of the store moves from or to `end`. */
static void
zero_tail(struct store *st, uint64_t end)
{
	size_t used = end % PAGE_SIZE;
	struct frame *f = store_peek(st, end / PAGE_SIZE);

	if (f && used)
		memset((char *)frame_page(f) + used, 0, PAGE_SIZE - used);
}

int
store_resize(struct store *st, uint64_t size)
{
	uint64_t end = min_u64(size, st->size);

	if (size > STORE_MAX)
		return -EFBIG;
	zero_tail(st, end);
	drop_pages(st, page_up(end) / PAGE_SIZE, true);
	st->source_size = min_u64(st->source_size, end);
	st->size = size;
	return 0;
}

long
store_read(struct store *st, uint64_t offset, void *buf, size_t len)
{
	size_t done = 0;

	if (offset >= st->size)
		return 0;
	len = min_u64(len, st->size - offset);
	while (done < len) {
		uint64_t at = offset + done;
		size_t n = min_u64(len - done, PAGE_SIZE - at % PAGE_SIZE);
		struct frame *f;
		int err = store_page(st, at / PAGE_SIZE, false, &f);

		if (err < 0)
			return done ? (long)done : err;
		memcpy((char *)buf + done,
		       (char *)frame_page(f) + at % PAGE_SIZE, n);
		done += n;
	}
	return (long)done;
}

size_t
store_reclaim(void)
{
	size_t before = frame_count(FRAME_PAGE);

	list_each(link, &stores) {
		struct store *st = CONTAINER(link, struct store, link);

		if (!st->busy)
			drop_pages(st, 0, false);
	}
	return before - frame_count(FRAME_PAGE);
}

static void
recount_in(const struct store_node *node, int shift)
{
	for (int i = 0; i < FANOUT; i++) {
		if (!node->slot[i])
			continue;
		if (shift > 0)
			recount_in(slot_node(node->slot[i]),
				   shift - FANOUT_BITS);
		else
			slot_frame(node->slot[i])->recount++;
	}
}

void
store_recount(void)
{
	list_each(link, &stores) {
		const struct store *st = CONTAINER(link, struct store, link);

		if (st->root)
			recount_in(st->root, st->shift);
	}
}
