/*
 * What an entry of a page table looks like (SDM 3A 4.5). Included by mm/pt*.c
 * and by nobody else.
 */
#pragma once

#include "kernel/string.h"
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
	GROUP = ENTRIES / 32,	    /* to one bit of a table's frame.used */
};

_Static_assert(ENTRIES == 512, "a table fills a page");
_Static_assert(USER_END <= USER_ENTRIES * PT_SPAN(PT_LEVELS),
	       "the user half is the lower half of a root");

static inline int
entry_index(int level, vaddr_t va)
{
	return (int)(va / PT_SPAN(level) % ENTRIES);
}

/* The entry for va in a table of this level. */
static inline pte_t *
entry(const struct frame *table, int level, vaddr_t va)
{
	return (pte_t *)frame_page(table) + entry_index(level, va);
}

/* The same in the table that pte leads to, which has no bit above the address
 * (P3). */
static inline pte_t *
entry_below(pte_t pte, int level, vaddr_t va)
{
	pte_t *table = (pte_t *)(frame_direct + page_down(pte));

	if (!table) /* whoever is given NULL need not ask about this */
		__builtin_unreachable();
	return table + entry_index(level, va);
}

static inline struct frame *
pte_frame(pte_t pte)
{
	return &frame_table[(pte & PTE_ADDR) / PAGE_SIZE];
}

/* How many entries of a table are user's: all, but half of a root. */
static inline int
user_entries(int level)
{
	return level == PT_LEVELS ? USER_ENTRIES : ENTRIES;
}

/* Fills an entry that may have been empty: its group has entries from now on. */
static inline void
entry_fill(pte_t *e, pte_t pte)
{
	frame_from(e)->used |= 1u << (uintptr_t)e / (GROUP * sizeof(*e)) % 32;
	*e = pte;
}

/* The first entry from i on, an empty one, that is not; n if there is none. */
int pt_skip_empty(const struct frame *table, int i, int n);

/* The same, and i itself if that is not empty or not below n. */
static INLINE int
next_used(const struct frame *table, int i, int n)
{
	const pte_t *e = frame_page(table);

	return i < n && !e[i] ? pt_skip_empty(table, i, n) : i;
}

/* For each of the first n entries that is not empty. */
#define each_used(i, table, n)                      \
	for (int i = next_used(table, 0, n); i < n; \
	     i = next_used(table, i + 1, n))

/* The leaf of the first page in [*va, end), where *va is then; NULL: none. */
pte_t *pt_leaf(const struct frame *root, vaddr_t *va, vaddr_t end);

/* The next one after e, which is that of *va. */
static inline pte_t *
pt_leaf_after(const struct frame *root, pte_t *e, vaddr_t *va, vaddr_t end)
{
	*va += PAGE_SIZE;
	if (*va >= end)
		return NULL;
	return *va % PT_SPAN(2) && e[1] ? e + 1 : pt_leaf(root, va, end);
}
