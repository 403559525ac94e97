/*
 * Page tables read from their bytes alone: what the labs' checks compare with.
 * Bits are spelled out here, as in mmu.c, so that the code under test and its
 * judge have nothing in common.
 */
#pragma once

#include "harness.h"
#include "mm/frame.h"
#include "mm/pt.h"

#define ENTRY_P	     0x1ul
#define ENTRY_W	     0x2ul
#define ENTRY_U	     0x4ul
#define ENTRY_A	     0x20ul
#define ENTRY_D	     0x40ul
#define ENTRY_SHARED 0x200ul
#define ENTRY_NX     (1ul << 63)
#define ENTRY_ADDR   0x000ffffffffff000ul
#define ENTRY_BITS   (~ENTRY_ADDR & ~ENTRY_A & ~ENTRY_D) /* software's */

/* The four entries that translate an address, by level: [4] is the root's. */
struct path {
	int last; /* the lowest level that was read */
	uint64_t entry[5];
	struct frame *to[5]; /* what it points to; NULL if not present */
};

static inline uint64_t *
entry_in(const struct frame *table, int level, vaddr_t va)
{
	uint64_t *entries = frame_page(table);

	return &entries[va >> (3 + 9 * level) & 511];
}

static inline struct path
path_of(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;
	struct path p = {.last = 4};

	for (int level = 4; level > 0; level--) {
		p.last = level;
		p.entry[level] = *entry_in(table, level, va);
		if (!(p.entry[level] & ENTRY_P))
			break;
		table = p.to[level] = frame_at(p.entry[level] & ENTRY_ADDR);
		if (!table)
			break;
	}
	return p;
}

/* For people, when a check fails. */
static inline void
print_path(const struct frame *root, vaddr_t va)
{
	struct path p = path_of(root, va);

	print_error("the entries for 0x%lx:\n", va);
	for (int level = 4; level >= p.last; level--) {
		uint64_t e = p.entry[level];

		print_error("  level %d entry %3lu: ", level,
			    va >> (3 + 9 * level) & 511);
		if (!(e & ENTRY_P)) {
			print_error("0x%lx, not present\n", e);
			return;
		}
		print_error("P%c%c%c%s -> frame 0x%lx, references: %u\n",
			    e & ENTRY_W ? 'W' : '-', e & ENTRY_U ? 'U' : '-',
			    e & ENTRY_NX ? 'N' : '-',
			    e & ENTRY_SHARED ? " shared" : "",
			    (e & ENTRY_ADDR) / PAGE_SIZE,
			    p.to[level] ? p.to[level]->refs : 0);
	}
}

/* What must hold, and else what was expected, for people. */
#define expect(holds, ...)                     \
	do {                                   \
		if (!(holds))                  \
			fail_msg(__VA_ARGS__); \
	} while (0)

/* The same about an address: the message ends with its entries. */
#define expect_at(root, va, holds, ...)        \
	do {                                   \
		if (!(holds)) {                \
			print_path(root, va);  \
			fail_msg(__VA_ARGS__); \
		}                              \
	} while (0)
