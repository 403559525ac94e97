/*
 * Page tables as a persistent tree: one copy-on-write rule at every level.
 *
 *	 47    39 38    30 29    21 20    12 11         0
 *	+--------+--------+--------+--------+------------+
 *	| root   | level 3| level 2| level 1| byte       |   SDM 3A 4.5
 *	+--------+--------+--------+--------+------------+
 *
 * The rule: what an entry points to may be written through that entry only if
 * nobody else points there. The MMU ANDs the W bit over the four levels, so a
 * root entry without W protects everything below it: fork copies the root page
 * alone. The first write through a shared path owns it, level by level, with
 * one function for tables and pages: own().
 *
 * Owns: the user half of every page table. What an entry looks like (pte.h) is
 * known here, in pt_kernel.c and in pt_audit.c only.
 * Invariants:
 *	P1 a present user-half entry, leaf or interior, holds one reference to
 *	   its frame; a root has exactly one (its space's)
 *	P2 an entry has W only if that frame has one reference, or it is a leaf
 *	   marked PTE_SHARED
 *	P3 interior user entries restrict nothing but W: always P and U, never
 *	   NX, never PTE_SHARED
 *	P4 an entry that loses W while a write through it was possible, or
 *	   changes its frame, is dropped from the TLB before the frame's
 *	   reference is given up; replacing an interior pointer counts
 *	P5 the kernel half of a root is copied verbatim, never counted, never
 *	   walked for ownership, never freed; its root entries are complete
 *	   before the first process
 *	P6 an entry of a root or user's table that is not empty has the bit of
 *	   its group set in that frame's `used`: so a table is copied, searched
 *	   and emptied at the cost of what is in it
 * By P2 no write goes through a table with two or more references, so such a
 * table is frozen: its entries change in nothing but losing a W that had no
 * effect. Hence no space ever holds a stale translation because of what another
 * space did, and each flush below concerns only the root it is given.
 */
#include "mm/pt.h"

#include "debug/pt_shadow.h"
#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/pte.h"

static bool
active(const struct frame *root)
{
	return cpu_root() == frame_addr(root);
}

static void
flush_page(const struct frame *root, vaddr_t va)
{
	if (active(root))
		cpu_flush_page(va);
}

static void
flush_all(const struct frame *root)
{
	if (active(root))
		cpu_flush_all();
}

static void drop_table(struct frame *f, int level);

/* Gives up one reference to a page (level 0) or table; the last one takes what
 * the table points to along, and leaves a page of zeros. */
static INLINE void
drop(struct frame *f, int level)
{
	if (level > 0 && f->refs == 1)
		drop_table(f, level);
	else
		frame_put(f);
}

static void
drop_table(struct frame *f, int level)
{
	pte_t *e = frame_page(f);

	each_used(i, f, ENTRIES) {
		if (i < user_entries(level))
			drop(pte_frame(e[i]), level - 1);
		e[i] = 0;
	}
	frame_put_zeroed(f);
}

/* Makes `to`, all zeros, point where `from` does. Afterwards two tables see each
 * child, so neither may write to it through its entry: both lose W. */
static COLD void
share_entries(pte_t *to, pte_t *from, int level)
{
	const struct frame *table = frame_from(from);

	each_used(i, table, ENTRIES) {
		if (i < user_entries(level)) {
			from[i] &= ~PTE_W;
			frame_get(pte_frame(from[i]));
		}
		to[i] = from[i];
	}
}

/* A copy of a page (level 0) or of a table, with one reference. */
static struct frame *
copy(struct frame *old, int level)
{
	struct frame *new = level ? frame_alloc_zeroed(FRAME_TABLE)
				  : frame_alloc(FRAME_PAGE);

	if (!new)
		return NULL;
	if (level == 0)
		page_copy(frame_page(new), frame_page(old));
	else
		share_entries(frame_page(new), frame_page(old), level);
	new->used = old->used;
	return new;
}

/*
 * The one rule. *e points to a page (level 0) or a table of that level, and may
 * not write to it yet. If nobody else points there, it may from now on; else it
 * gets a copy of its own. The table that holds *e is already owned.
 */
static int
own(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *old = pte_frame(*e), *new;
	pte_t pte;

	if (old->refs > 1 && !(*e & PTE_SHARED)) {
		new = copy(old, level);
		if (!new)
			return -ENOMEM;
		pte = (*e & ~PTE_ADDR) | frame_addr(new);
		shadow_change(root, va, level + 1, *e, pte);
		*e = pte;
		flush_page(root, va);
		frame_put(old);
		EVENT("copy va=%lx level=%d from=%zx to=%zx", va, level,
		      frame_number(old), frame_number(new));
	}
	*e |= PTE_W;
	return 0;
}

/* The entry for va in the table of this level, all tables above it owned and
 * made where they are missing. NULL: no memory. */
static COLD pte_t *
walk(struct frame *root, vaddr_t va, int level)
{
	pte_t *e = entry(root, PT_LEVELS, va);

	for (int l = PT_LEVELS; l > level; l--) {
		if (!(*e & PTE_P)) {
			struct frame *new = frame_alloc_zeroed(FRAME_TABLE);

			if (!new)
				return NULL;
			entry_fill(e, frame_addr(new) | PTE_P | PTE_W | PTE_U);
		} else if (!(*e & PTE_W) && own(root, e, l - 1, va) < 0) {
			return NULL;
		}
		e = entry_below(*e, l - 1, va);
	}
	return e;
}

/* The leaf's entry for va. Mostly there is nothing to own or to make: an entry
 * with W is present. */
static INLINE pte_t *
leaf_entry(struct frame *root, vaddr_t va)
{
	pte_t *e = entry(root, PT_LEVELS, va);

#pragma GCC unroll 3
	for (int level = PT_LEVELS - 1; level > 0; level--) {
		if (!(*e & PTE_W))
			return walk(root, va, 1);
		e = entry_below(*e, level, va);
	}
	return e;
}

/* From a table of this level on: owns every table that reaches across the
 * boundary va, so that the change of entries on one side of it cannot fail. */
static int
split(struct frame *root, struct frame *table, int level, vaddr_t va)
{
	for (; va % PT_SPAN(level) != 0; level--) {
		pte_t *e = entry(table, level, va);

		if (!(*e & PTE_P))
			return 0;
		if (!(*e & PTE_W) && own(root, e, level - 1, va) < 0)
			return -ENOMEM;
		table = pte_frame(*e);
	}
	return 0;
}

/* The rights bits of a leaf. U is missing for PROT_NONE: the page keeps its
 * contents and its reference, and ring 3 cannot reach it. */
static pte_t
leaf_bits(const struct frame *f, int prot, bool shared)
{
	pte_t bits = PTE_P;

	if (prot != PROT_NONE)
		bits |= PTE_U;
	if (!(prot & PROT_EXEC))
		bits |= PTE_NX;
	if (shared)
		bits |= PTE_SHARED;
	if ((prot & PROT_WRITE) && (shared || f->refs == 1))
		bits |= PTE_W;
	return bits;
}

struct frame *
pt_new(void)
{
	struct frame *root = frame_alloc_zeroed(FRAME_TABLE);
	const struct frame *kernel = pt_kernel_root();
	const pte_t *from = frame_page(kernel);

	if (!root)
		return NULL;
	each_used(i, kernel, ENTRIES)
		entry_fill((pte_t *)frame_page(root) + i, from[i]);
	return root;
}

struct frame *
pt_fork(struct frame *root)
{
	struct frame *child = copy(root, PT_LEVELS);

	if (!child)
		return NULL;
	shadow_change(root, 0, SHADOW_EVERYTHING, 0, 0);
	flush_all(root);
	return child;
}

void
pt_free(struct frame *root)
{
	assert(!active(root) && root->refs == 1);
	drop(root, PT_LEVELS);
}

void
pt_activate(struct frame *root)
{
	if (!active(root))
		cpu_load_root(frame_addr(root));
}

int
pt_map(struct frame *root, vaddr_t va, struct frame *f, int prot, bool shared)
{
	pte_t *e = leaf_entry(root, va);

	if (!e)
		return -ENOMEM;
	assert(!(*e & PTE_P));
	entry_fill(e, frame_addr(f) | leaf_bits(f, prot, shared));
	EVENT("map va=%lx frame=%zx refs=%u prot=%d", va, frame_number(f),
	      f->refs, prot);
	return 0;
}

void
pt_map_more(struct frame *root, vaddr_t va, struct frame *const *f, size_t n,
	    int prot, bool shared)
{
	pte_t *e = leaf_entry(root, va);

	assert(e);
	for (size_t i = 0; i < n; i++) {
		if (!f[i] || e[i])
			continue;
		frame_get(f[i]);
		entry_fill(&e[i],
			   frame_addr(f[i]) | leaf_bits(f[i], prot, shared));
		EVENT("map va=%lx frame=%zx refs=%u prot=%d",
		      va + i * PAGE_SIZE, frame_number(f[i]), f[i]->refs, prot);
	}
}

/* Empties the entry of this level for va, which is wholly within the range. */
static void
clear(struct frame *root, pte_t *e, int level, vaddr_t va)
{
	struct frame *f = pte_frame(*e);

	EVENT("unmap va=%lx level=%d frame=%zx refs=%u", va, level,
	      frame_number(f), f->refs);
	shadow_change(root, va, level, *e, 0);
	*e = 0;
	if (level == 1)
		flush_page(root, va);
	else
		flush_all(root);
	drop(f, level - 1);
}

/* Clears the entries that [start, end) covers wholly, and descends into those
 * it cuts: these have been owned by split(). *e is the first of them. */
static void
unmap_in(struct frame *root, pte_t *e, int level, vaddr_t start, vaddr_t end)
{
	uint64_t span = PT_SPAN(level);

	for (vaddr_t va = start, next; va < end; va = next, e++) {
		next = min_u64((va | (span - 1)) + 1, end);
		if (*e && next - va == span)
			clear(root, e, level, va);
		else if (*e)
			unmap_in(root, entry_below(*e, level - 1, va),
				 level - 1, va, next);
	}
}

/* The entry for start in the lowest table that holds all of [start, end) and is
 * not itself all of it; owned, as those above. => level; 0: nothing; -ENOMEM */
static INLINE int
own_common(struct frame *root, vaddr_t start, vaddr_t end, pte_t **e)
{
	uint64_t differ = start ^ (end - 1);

	*e = entry(root, PT_LEVELS, start);
#pragma GCC unroll 3
	for (int level = PT_LEVELS; level > 1; level--) {
		if (differ >= PT_SPAN(level) - 1)
			return level;
		if (!(**e & PTE_W) &&
		    (!(**e & PTE_P) || own(root, *e, level - 1, start) < 0))
			return **e & PTE_P ? -ENOMEM : 0;
		*e = entry_below(**e, level - 1, start);
	}
	return 1;
}

int
pt_unmap(struct frame *root, vaddr_t start, vaddr_t end)
{
	pte_t *e;
	int level;

	assert(start < end && end <= USER_ENTRIES * PT_SPAN(PT_LEVELS));
	level = own_common(root, start, end, &e);
	if (level <= 0)
		return level;
	if (split(root, frame_from(e), level, start) < 0 ||
	    split(root, frame_from(e), level, end) < 0)
		return -ENOMEM;
	unmap_in(root, e, level, start, end);
	return 0;
}

/* For each leaf in [start, end): owns, and makes where they are missing, the
 * tables above the same place in the range that begins at `to`. */
static int
own_tables(struct frame *root, vaddr_t start, vaddr_t end, vaddr_t to)
{
	uint64_t span = PT_SPAN(2);

	for (vaddr_t va = start; pt_leaf(root, &va, end);) {
		vaddr_t there = va - start + to;

		if (!walk(root, there, 1))
			return -ENOMEM;
		va += min_u64(span - va % span, span - there % span);
	}
	return 0;
}

/* From va on, which is mapped by the leaf *e. */
static void
protect_in(struct frame *root, pte_t *e, vaddr_t va, vaddr_t end, int prot)
{
	pte_t pte;

	for (; e; e = pt_leaf_after(root, e, &va, end)) {
		pte = (*e & (PTE_ADDR | PTE_A | PTE_D)) |
		      leaf_bits(pte_frame(*e), prot, *e & PTE_SHARED);
		shadow_change(root, va, 1, *e, pte);
		*e = pte;
		flush_page(root, va);
	}
}

int
pt_protect(struct frame *root, vaddr_t start, vaddr_t end, int prot)
{
	pte_t *e;
	int level;

	assert(start < end && end <= USER_ENTRIES * PT_SPAN(PT_LEVELS));
	level = own_common(root, start, end, &e);
	if (level <= 0)
		return level;
	if (level > 1 && own_tables(root, start, end, start) < 0)
		return -ENOMEM;
	EVENT("protect start=%lx end=%lx prot=%d", start, end, prot);
	if (level > 1 || !*e)
		e = pt_leaf(root, &start, end);
	protect_in(root, e, start, end, prot);
	return 0;
}

int
pt_move(struct frame *root, vaddr_t start, vaddr_t end, vaddr_t to)
{
	pte_t *e;

	if (own_tables(root, start, end, start) < 0 ||
	    own_tables(root, start, end, to) < 0)
		return -ENOMEM;
	for (vaddr_t va = start; (e = pt_leaf(root, &va, end));
	     va += PAGE_SIZE) {
		entry_fill(walk(root, va - start + to, 1), *e);
		shadow_change(root, va, 1, *e, 0);
		*e = 0;
		flush_page(root, va);
	}
	EVENT("move start=%lx end=%lx to=%lx", start, end, to);
	return 0;
}

int
pt_own(struct frame *root, vaddr_t va)
{
	pte_t *e = leaf_entry(root, va);

	if (!e)
		return -ENOMEM;
	if (!(*e & PTE_P))
		return -ENOENT;
	return *e & PTE_W ? 0 : own(root, e, 0, va);
}
