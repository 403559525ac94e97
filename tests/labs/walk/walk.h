/*
 * What the host tests of lab walk share.
 */
#pragma once

#include "entries.h"
#include "harness.h"
#include "machine.h"
#include "mm/layout.h"

#define VA   0x400000ul
#define R    PROT_READ
#define RW   (PROT_READ | PROT_WRITE)
#define LAST (USER_END - PAGE_SIZE)
/* Another entry at every level: 1, 2, 3, 4 from the root down. */
#define ODD (PT_SPAN(4) + 2 * PT_SPAN(3) + 3 * PT_SPAN(2) + 4 * PAGE_SIZE)

static const vaddr_t places[]
	__attribute__((unused)) = {USER_START, VA, ODD, PROGRAM_BASE, LAST};

/* Maps a new frame that only the table holds. */
static inline struct frame *
map_frame(struct frame *root, vaddr_t va, int prot, bool shared)
{
	struct frame *f = a_frame();

	must(pt_map(root, va, f, prot, shared));
	forget(f);
	return f;
}

static inline size_t
tables(void)
{
	return frame_count(FRAME_TABLE);
}

/* Levels 4 to 2 as they must be where nobody else sees the tables. */
static inline void
check_interior(struct frame *root, vaddr_t va)
{
	struct path p = path_of(root, va);

	for (int level = 4; level > 1; level--) {
		uint64_t bits = p.entry[level] & ENTRY_BITS;

		expect_at(root, va, p.to[level],
			  "the entry of level %d is not present", level);
		expect_at(root, va, p.to[level]->kind == FRAME_TABLE,
			  "the entry of level %d must point to a table, not to "
			  "a frame of kind %u",
			  level, p.to[level]->kind);
		expect_at(root, va, bits == (ENTRY_P | ENTRY_W | ENTRY_U),
			  "an entry that points to a table that nobody else "
			  "sees has P, W and U and nothing else: the rights "
			  "are the leaf's; level %d has bits 0x%lx",
			  level, bits);
	}
}
