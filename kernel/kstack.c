/*
 * Kernel stacks, in slots of the range that starts at STACKS_BASE:
 *
 *	+-------+-------+-------+-------+
 *	| guard | guard | stack | stack |	one slot: 4 pages
 *	+-------+-------+-------+-------+
 *
 * Owns: the slots. The lowest free slot is used first, so that few page tables
 * serve the range. Which slots are taken is kept in frames of bits, allocated as
 * the number of processes demands.
 */
#include "kernel/kstack.h"

#include "kernel/assert.h"
#include "kernel/print.h"
#include "mm/audit.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"

enum {
	GUARD_PAGES = KSTACK_PAGES,
	SLOT_PAGES = GUARD_PAGES + KSTACK_PAGES,
	MAPS = 128,
	WORDS = PAGE_SIZE / sizeof(uint64_t),
	SLOTS_PER_MAP = WORDS * 64,
	SLOTS = MAPS * SLOTS_PER_MAP,
};

#define SLOT_SIZE (SLOT_PAGES * PAGE_SIZE)
/* The lowest word of every stack: who gets there has a word left. */
#define CANARY 0x716e63616e617279ul

_Static_assert(SLOTS *SLOT_SIZE <= STACKS_SIZE, "all slots fit");

static struct frame *maps[MAPS]; /* bit set: the slot is taken */
static size_t lowest;		 /* no slot below is free */
static size_t deepest;		 /* see kstack_deepest */

static uint64_t *
word_of(size_t slot)
{
	uint64_t *words = frame_page(maps[slot / SLOTS_PER_MAP]);

	return &words[slot % SLOTS_PER_MAP / 64];
}

static uint64_t
slot_address(size_t slot)
{
	return STACKS_BASE + slot * SLOT_SIZE + GUARD_PAGES * PAGE_SIZE;
}

/* Finds the lowest free slot and takes it. => SLOTS: none, or no memory */
static size_t
take_slot(void)
{
	for (; lowest < SLOTS; lowest = (lowest / 64 + 1) * 64) {
		struct frame **map = &maps[lowest / SLOTS_PER_MAP];
		uint64_t *word;

		if (!*map)
			*map = frame_alloc_zeroed(FRAME_STACK);
		if (!*map)
			return SLOTS;
		word = word_of(lowest);
		if (*word == UINT64_MAX)
			continue;
		lowest = lowest / 64 * 64 + (size_t)__builtin_ctzl(~*word);
		*word |= 1ul << lowest % 64;
		return lowest;
	}
	return SLOTS;
}

static void
release_slot(size_t slot)
{
	*word_of(slot) &= ~(1ul << slot % 64);
	if (slot < lowest)
		lowest = slot;
}

static uint64_t *
canary_of(const struct frame *bottom)
{
	return frame_page(bottom);
}

/* The pages of a stack that is in use, the lowest first. */
static bool
get_frames(uint64_t stack, struct frame *frames[KSTACK_PAGES])
{
	struct pt_page page;

	for (int i = 0; i < KSTACK_PAGES; i++) {
		if (!pt_lookup(pt_kernel_root(),
			       stack + (uint64_t)i * PAGE_SIZE, &page))
			return false;
		frames[i] = page.frame;
	}
	return true;
}

/* How deep it has been: where the poison of the free frames ends. */
static void
measure(struct frame *const frames[KSTACK_PAGES])
{
	size_t untouched = 0, more = PAGE_SIZE;

	for (int i = 0; i < KSTACK_PAGES && more == PAGE_SIZE; i++) {
		more = frame_untouched(frames[i]);
		untouched += more;
	}
	if (untouched > 0)
		deepest = max_u64(deepest, KSTACK_SIZE - untouched);
}

static void
unmap_pages(uint64_t stack, int pages)
{
	while (pages-- > 0)
		frame_put(pt_unmap_kernel(stack + (uint64_t)pages * PAGE_SIZE));
}

static bool
map_pages(uint64_t stack)
{
	for (int i = 0; i < KSTACK_PAGES; i++) {
		struct frame *f = frame_alloc(FRAME_STACK);

		if (f &&
		    pt_map_kernel(stack + (uint64_t)i * PAGE_SIZE, f) < 0) {
			frame_put(f);
			f = NULL;
		}
		if (!f) {
			unmap_pages(stack, i);
			return false;
		}
		if (i == 0)
			*canary_of(f) = CANARY;
	}
	return true;
}

uint64_t
kstack_alloc(void)
{
	size_t slot = take_slot();

	if (slot == SLOTS)
		return 0;
	if (map_pages(slot_address(slot)))
		return slot_address(slot);
	release_slot(slot);
	return 0;
}

void
kstack_free(uint64_t stack)
{
	struct frame *frames[KSTACK_PAGES];

	assert(get_frames(stack, frames) && *canary_of(frames[0]) == CANARY);
	measure(frames);
	unmap_pages(stack, KSTACK_PAGES);
	release_slot((stack - STACKS_BASE) / SLOT_SIZE);
}

bool
kstack_guards(uint64_t address)
{
	return address >= STACKS_BASE && address < STACKS_BASE + STACKS_SIZE &&
	       (address - STACKS_BASE) % SLOT_SIZE < GUARD_PAGES * PAGE_SIZE;
}

/* => defects */
static int
audit_stack(uint64_t stack)
{
	struct frame *frames[KSTACK_PAGES];

	if (!get_frames(stack, frames)) {
		print("audit: kernel stack %lx is not mapped\n", stack);
		return 1;
	}
	for (int i = 0; i < KSTACK_PAGES; i++)
		audit_hold(frames[i]);
	measure(frames);
	if (*canary_of(frames[0]) == CANARY)
		return 0;
	print("audit: kernel stack %lx: its last word is %lx, not %lx\n", stack,
	      *canary_of(frames[0]), CANARY);
	return 1;
}

int
kstack_audit(void)
{
	int defects = 0;

	for (size_t slot = 0; slot < SLOTS; slot++) {
		if (slot % SLOTS_PER_MAP == 0) {
			if (!maps[slot / SLOTS_PER_MAP])
				break;
			audit_hold(maps[slot / SLOTS_PER_MAP]);
		}
		if (*word_of(slot) == 0)
			slot |= 63; /* debug kernels audit after every call */
		else if (*word_of(slot) >> slot % 64 & 1)
			defects += audit_stack(slot_address(slot));
	}
	return defects;
}

size_t
kstack_deepest(void)
{
	return deepest;
}
