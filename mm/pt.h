/*
 * Page tables: which frame each user page shows now, and with what rights.
 *
 * A four-level table (SDM 3A 4.5) that is also a persistent tree: tables and
 * pages are shared between spaces until somebody writes, and one rule holds at
 * every level, for pages and for tables alike:
 *
 *	What an entry points to may be written through that entry only if
 *	nobody else points there.
 *
 * A root is a struct frame of kind FRAME_TABLE. Ranges are page aligned and
 * within the user half. On failure (-ENOMEM) nothing that any root shows or
 * allows has changed, though tables may have been un-shared.
 */
#pragma once

#include "kernel/types.h"

struct frame;

/* Rights of a page, as in mmap(2). An access is one of them. */
enum {
	PROT_NONE = 0,
	PROT_READ = 1,
	PROT_WRITE = 2,
	PROT_EXEC = 4,
};

enum {
	PT_LEVELS = 4,
};

/* Bytes that one entry of a table of this level (1..4) covers. */
#define PT_SPAN(level) (1ul << (12 + 9 * ((level)-1)))

/* One present page, as pt_lookup and pt_next find it. */
struct pt_page {
	vaddr_t va;
	struct frame *frame;
	uint8_t prot; /* what the MMU allows: W ANDed over the levels */
	bool shared;  /* a page of a MAP_SHARED region */
	bool accessed;
	bool dirty;
};

/* What the four levels say about one address, from the root down. */
struct pt_trace {
	int depth;		   /* entries below that were read: 1..4 */
	uint64_t entry[PT_LEVELS]; /* as the hardware reads them */
	uint32_t refs[PT_LEVELS];  /* of what each entry points to */
	uint64_t frame[PT_LEVELS]; /* its number; as refs, 0 if not present */
};

/* Kernel half: builds the kernel's own root. Its entries are complete when the
 * first pt_new is called, and never change after it. */
void pt_init(void);
struct frame *pt_kernel_root(void);
/* Maps [va, va + len) of the kernel half to [pa, pa + len) with the largest
 * pages that fit; panics without memory (boot only). */
void pt_map_kernel_range(uint64_t va, paddr_t pa, uint64_t len, int prot);
/* One kernel page, and back; the caller keeps its reference to f.
 * => pt_unmap_kernel returns the frame that was there */
int pt_map_kernel(uint64_t va, struct frame *f) MUST_CHECK;
struct frame *pt_unmap_kernel(uint64_t va);

/* A root with an empty user half. => NULL without memory; 1 frame */
struct frame *pt_new(void) MUST_CHECK;
/* A second root that shows the same frames. Neither may write private pages
 * until it owns them. => NULL without memory; 1 frame whatever the size */
struct frame *pt_fork(struct frame *root) MUST_CHECK;
/* Drops every sub-tree. => root is in no CR3; cannot fail */
void pt_free(struct frame *root);
/* Makes this CPU translate by root. */
void pt_activate(struct frame *root);

/* Maps f at va, which is unmapped. => takes over the caller's reference; on
 * failure the caller keeps it; up to 3 frames */
int pt_map(struct frame *root, vaddr_t va, struct frame *f, int prot,
	   bool shared) MUST_CHECK;
/* The same for those of n pages from va on where nothing is mapped and f names a
 * frame, of which others hold references too. => takes a reference to each; one
 * table holds va and all that follow, and pt_map has just been there */
void pt_map_more(struct frame *root, vaddr_t va, struct frame *const *f,
		 size_t n, int prot, bool shared);
/* Leaves nothing mapped in [start, end). Whole tables are dropped without
 * visiting their entries. => up to 3 frames for each edge that cuts a shared
 * table; never fails if start and end are PT_SPAN(PT_LEVELS) aligned */
int pt_unmap(struct frame *root, vaddr_t start, vaddr_t end) MUST_CHECK;
/* Each mapped page of [start, end) allows prot from now on; W only where the
 * rule permits, so a write may still fault and own. PROT_NONE keeps contents */
int pt_protect(struct frame *root, vaddr_t start, vaddr_t end,
	       int prot) MUST_CHECK;
/* The pages of [start, end) are from now on at the same distance from `to`, with
 * the rights they had; no page is copied. => the ranges do not overlap, nothing
 * is mapped in the second; takes tables only, and on failure may leave some
 * there that are empty */
int pt_move(struct frame *root, vaddr_t start, vaddr_t end,
	    vaddr_t to) MUST_CHECK;
/* Makes the mapped page at va writable through root and, unless it is shared,
 * seen by nobody else. => its region allows writing; -ENOENT if nothing is mapped
 * there; up to 3 tables and 1 page */
int pt_own(struct frame *root, vaddr_t va) MUST_CHECK;

/* The page at va, which is a user address or in a kernel stack. => false if none
 * is mapped; no side effect */
bool pt_lookup(struct frame *root, vaddr_t va, struct pt_page *page);
/* The first mapped page in [from, end). */
bool pt_next(struct frame *root, vaddr_t from, vaddr_t end,
	     struct pt_page *page);
/* Where the kernel sees the byte at va, which may be any address, if the MMU lets
 * a program make this access (PROT_READ or PROT_WRITE) to it now; else NULL. */
char *pt_reach(struct frame *root, vaddr_t va, int access);
/* Whether the MMU lets a program make this access now. */
bool pt_allows(struct frame *root, vaddr_t va, int access);
void pt_trace(struct frame *root, vaddr_t va, struct pt_trace *trace);
/* How many pages root shows, whoever else sees them, and how many tables it
 * leads to, itself included. */
size_t pt_count(struct frame *root, size_t *tables);
/* The rights that one entry gives by itself (P and U needed for any). */
int pt_entry_prot(uint64_t entry);

/* For audit: adds one to the recount of everything root's entries point to,
 * each table once. => false (and a printed line) at a broken P1..P3, P5 */
bool pt_recount(struct frame *root);
/* For audit: whether the kernel half of root and the entries that lead to va are
 * as they must be. */
bool pt_check_path(const struct frame *root, vaddr_t va);
/* For audit: one recount for each of the kernel's own tables. => false (and a
 * printed line) at a page that can be both written and executed, or that ring 3
 * can reach */
bool pt_recount_kernel(void);
