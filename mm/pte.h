/*
 * What an entry of a page table looks like (SDM 3A 4.5). Included by mm/pt*.c
 * and by nobody else.
 */
#pragma once

#include "kernel/types.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"

typedef uint64_t pte_t;

#define PTE_P	   (1ul << 0)  /* present */
#define PTE_W	   (1ul << 1)  /* writable */
#define PTE_U	   (1ul << 2)  /* ring 3 may use it */
#define PTE_A	   (1ul << 5)  /* accessed, set by the MMU */
#define PTE_D	   (1ul << 6)  /* dirty, set by the MMU in leaves */
#define PTE_LARGE  (1ul << 7)  /* a leaf above level 1 */
#define PTE_G	   (1ul << 8)  /* survives CR3 loads */
#define PTE_SHARED (1ul << 9)  /* ours: leaf of a MAP_SHARED region */
#define PTE_NX	   (1ul << 63) /* not executable */
#define PTE_ADDR   0x000ffffffffff000ul

enum {
	ENTRIES = PAGE_SIZE / sizeof(pte_t),
	USER_ENTRIES = ENTRIES / 2, /* of a root */
};

_Static_assert(ENTRIES == 512, "a table fills a page");
_Static_assert(USER_END <= USER_ENTRIES * PT_SPAN(PT_LEVELS),
	       "the user half is the lower half of a root");

/* The entry for va in a table of this level. */
static inline pte_t *
entry(const struct frame *table, int level, vaddr_t va)
{
	pte_t *entries = frame_page(table);

	return &entries[va / PT_SPAN(level) % ENTRIES];
}

static inline struct frame *
pte_frame(pte_t pte)
{
	return frame_at(pte & PTE_ADDR);
}

/* How many entries of a table are user's: all, but half of a root. */
static inline int
user_entries(int level)
{
	return level == PT_LEVELS ? USER_ENTRIES : ENTRIES;
}
