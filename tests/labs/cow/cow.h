/*
 * What the host tests of lab cow share.
 */
#pragma once

#include <string.h>

#include "entries.h"
#include "harness.h"
#include "machine.h"
#include "mm/layout.h"
#include "mmu.h"

#define R  PROT_READ
#define RW (PROT_READ | PROT_WRITE)
/* Another entry at every level: 1, 2, 3, 4 from the root down. */
#define VA (PT_SPAN(4) + 2 * PT_SPAN(3) + 3 * PT_SPAN(2) + 4 * PAGE_SIZE)
/* What shares fewer and fewer tables with VA. */
#define NEXT_PAGE (VA + PAGE_SIZE)
#define NEXT_L1	  (VA + PT_SPAN(2))
#define NEXT_L2	  (VA + PT_SPAN(3))
#define NEXT_L3	  (VA + PT_SPAN(4))

/* Maps a new frame that only the table holds. */
static inline struct frame *
map_frame(struct frame *root, vaddr_t va, int prot, bool shared)
{
	struct frame *f = a_frame();

	must(pt_map(root, va, f, prot, shared));
	forget(f);
	return f;
}

static inline struct frame *
page_at(struct frame *root, vaddr_t va)
{
	return path_of(root, va).to[1];
}

/* A program that writes: it faults if the MMU says so. */
static inline void
write_through(struct frame *root, vaddr_t va, char byte)
{
	char *at;

	pt_activate(root);
	at = mmu_access(va, PROT_WRITE);
	if (!at) {
		must(pt_own(root, va));
		at = mmu_access(va, PROT_WRITE);
	}
	expect_at(root, va, at, "pt_own has succeeded, but a write faults");
	*at = byte;
}

static inline char
read_through(struct frame *root, vaddr_t va)
{
	const char *at;

	pt_activate(root);
	at = mmu_access(va, PROT_READ);
	expect_at(root, va, at, "the page must be readable");
	return *at;
}

static inline void
shows(struct frame *root, vaddr_t va, char wanted, const char *whose)
{
	char got = read_through(root, va);

	expect_at(root, va, got == wanted,
		  "at 0x%lx the %s must read '%c', reads '%c' (0x%x)", va,
		  whose, wanted, got, (unsigned char)got);
}

/* Writes, and says how many frames that may take. */
static inline void
write_costs(struct frame *root, vaddr_t va, char byte, long wanted)
{
	size_t before = frames_free();
	long taken;

	write_through(root, va, byte);
	taken = (long)(before - frames_free());
	expect_at(root, va, taken == wanted,
		  "the write at 0x%lx must take %ld frames, took %ld", va,
		  wanted, taken);
}

static inline void
references(struct frame *root, vaddr_t va, int level, unsigned wanted)
{
	struct path p = path_of(root, va);

	expect_at(root, va, p.to[level] && p.to[level]->refs == wanted,
		  "what the entry of level %d for 0x%lx points to must have "
		  "%u references, has %u",
		  level, va, wanted, p.to[level] ? p.to[level]->refs : 0);
}

static inline void
w_at_all_levels(struct frame *root, vaddr_t va)
{
	struct path p = path_of(root, va);

	for (int level = 4; level > 0; level--)
		expect_at(root, va, p.entry[level] & ENTRY_W,
			  "after a write all four entries have W: the rule "
			  "permits it, and level %d lacks it",
			  level);
}
