/*
 * The frame allocator: one free list, one reference count per frame.
 *
 * Owns: the table of all frames.
 * Invariants:
 *	F1 refs == 0 iff the frame is on one of the two free lists
 *	F2 frames of `zeroed` hold zeros; in debug builds, those of `free_list`
 *	   hold POISON
 *	F3 refs == entries + store slots + named holders that point at it
 *	   (recounted by audit.c)
 *
 * The free list is a stack: the frame freed last is used first, while the
 * caches still know it. It is linked by frame number inside the table, so that
 * a free frame's own bytes are never needed. What is known to be zeros when it
 * is freed, a page table, goes to a list of its own and need not be zeroed when
 * it is wanted again.
 */
#include "mm/frame.h"

#include "debug/san.h"
#include "kernel/assert.h"
#include "kernel/print.h"
#include "kernel/string.h"

#ifdef DEBUG
#define POISON_WORDS (int)(PAGE_SIZE / sizeof(uint64_t))
#else
#define POISON_WORDS 0
#endif

#define NO_FRAME UINT32_MAX
#define POISON	 0xdeadf4a3e0000000ul /* non-canonical as a pointer */

struct frame *frame_zero;

char *frame_direct;
struct frame *frame_table;
size_t frame_total;
static uint32_t free_list = NO_FRAME, zeroed = NO_FRAME;
static size_t kind_count[FRAME_KINDS];

static void
set_kind(struct frame *f, enum frame_kind kind)
{
	kind_count[f->kind]--;
	kind_count[kind]++;
	f->kind = (uint8_t)kind;
	san_frame(frame_page(f), kind == FRAME_FREE);
}

/* This and the next one are not checked: what they look at is nobody's. */
static NO_KASAN void
poison(struct frame *f)
{
	uint64_t *word = frame_page(f);

	for (int i = 0; i < POISON_WORDS; i++)
		word[i] = POISON;
}

/* Poison, or the zeros of a frame of that list. */
static NO_KASAN bool
poisoned(const struct frame *f)
{
	const uint64_t *word = frame_page(f), wanted = *word ? POISON : 0;

	for (int i = 0; i < POISON_WORDS; i++)
		if (word[i] != wanted)
			return false;
	return true;
}

size_t
frame_untouched(const struct frame *f)
{
	const uint64_t *word = frame_page(f);
	int n = 1;

	while (n < POISON_WORDS && word[n] == POISON)
		n++;
	return POISON_WORDS ? (size_t)n * sizeof(*word) : 0;
}

static void
release(struct frame *f, uint32_t *list)
{
	set_kind(f, FRAME_FREE);
	if (list == &free_list)
		poison(f);
	f->next = *list;
	*list = (uint32_t)frame_number(f);
}

/* The first frame of a list, with one reference. */
static INLINE struct frame *
take(uint32_t *list, enum frame_kind kind)
{
	struct frame *f;

	if (*list == NO_FRAME)
		return NULL;
	f = &frame_table[*list];
	assert(f->refs == 0 && f->kind == FRAME_FREE && poisoned(f));
	*list = f->next;
	f->used = 0;
	f->refs = 1;
	set_kind(f, kind);
	EVENT("alloc frame=%zx kind=%d", frame_number(f), kind);
	return f;
}

void
frame_init(void *direct_map, struct frame *table, size_t count)
{
	assert(count < NO_FRAME);
	frame_direct = direct_map;
	frame_table = table;
	frame_total = count;
	free_list = zeroed = NO_FRAME;
	memset(kind_count, 0, sizeof(kind_count));
	memset(table, 0, count * sizeof(*table));
	kind_count[FRAME_NONE] = count;
}

/* Downward, so that the list hands out low frames first. */
void
frame_add(paddr_t start, paddr_t end, enum frame_kind kind)
{
	size_t first = start / PAGE_SIZE + (start % PAGE_SIZE != 0);
	size_t last = min_u64(end / PAGE_SIZE, frame_total);

	for (size_t i = last; i-- > first;) {
		assert(frame_table[i].kind == FRAME_NONE);
		if (kind == FRAME_FREE) {
			release(&frame_table[i], &free_list);
		} else {
			set_kind(&frame_table[i], kind);
			frame_table[i].refs = 1;
		}
	}
}

void
frame_init_zero(void)
{
	frame_zero = frame_alloc_zeroed(FRAME_KERNEL);
	if (!frame_zero)
		panic("frame_init_zero: no memory");
}

struct frame *
frame_alloc(enum frame_kind kind)
{
	uint32_t *list = free_list == NO_FRAME ? &zeroed : &free_list;
	struct frame *f = take(list, kind);

	if (f && list == &zeroed)
		poison(f); /* contents unspecified: see that nobody cares */
	return f;
}

struct frame *
frame_alloc_zeroed(enum frame_kind kind)
{
	uint32_t *list = zeroed == NO_FRAME ? &free_list : &zeroed;
	struct frame *f = take(list, kind);

	if (f && list == &free_list)
		page_zero(frame_page(f));
	return f;
}

/* 32 bits suffice: a frame has at most 512 entries per table frame, so only
 * more than 32 GiB of tables could overflow it. */
void
frame_get(struct frame *f)
{
	assert(f->refs > 0 && f->refs < UINT32_MAX);
	f->refs++;
}

void
frame_put(struct frame *f)
{
	assert(f->refs > 0);
	if (--f->refs > 0)
		return;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
	release(f, &free_list);
}

void
frame_put_zeroed(struct frame *f)
{
	assert(f->refs == 1);
	f->refs = 0;
	EVENT("free frame=%zx kind=%d", frame_number(f), f->kind);
	release(f, &zeroed);
}

struct frame *
frame_at(paddr_t addr)
{
	size_t i = addr / PAGE_SIZE;

	if (i >= frame_total || frame_table[i].kind == FRAME_NONE)
		return NULL;
	return &frame_table[i];
}

struct frame *
frame_of(const void *page)
{
	return frame_at((paddr_t)((const char *)page - frame_direct));
}

size_t
frame_count(enum frame_kind kind)
{
	return kind_count[kind];
}

/* Adds the length of a free list to *n. */
static bool
audit_list(uint32_t list, size_t *n)
{
	for (uint32_t i = list; i != NO_FRAME; i = frame_table[i].next) {
		const struct frame *f = &frame_table[i];

		if (f->refs != 0 || f->kind != FRAME_FREE ||
		    ++*n > frame_total) {
			print("audit: free frame %x: refs %u, kind %u (F1)\n",
			      i, f->refs, f->kind);
			return false;
		}
	}
	return true;
}

bool
frame_audit_free(void)
{
	size_t n = 0;

	if (!audit_list(free_list, &n) || !audit_list(zeroed, &n))
		return false;
	if (n != kind_count[FRAME_FREE])
		print("audit: free lists have %zu frames, count says %zu\n", n,
		      kind_count[FRAME_FREE]);
	return n == kind_count[FRAME_FREE];
}

bool
frame_audit_poison(void)
{
	for (struct frame *f = frame_next(NULL); f; f = frame_next(f)) {
		if (f->kind != FRAME_FREE || poisoned(f))
			continue;
		print("audit: frame %zx was written to while free (F2)\n",
		      frame_number(f));
		return false;
	}
	return true;
}
