/*
 * /proc/PID/maps, smaps and pagemap: a process's memory, from its regions, its
 * page table, and the references of what that leads to.
 *
 * Who else sees a page? A frame has one reference for each entry that points to
 * it, and so has each table on the way there; a page may be reached over a table
 * that several spaces share (the one rule, mm/pt.h), and then has one entry only.
 * So a space's share of a page is the product of 1/references over the four
 * levels below its root, where references that no entry holds do not count: that
 * of the store for its page, and the kernel's for a page of a module. A page is
 * private if its share is 1.
 *
 * Pss is the sum of the shares. Each entry has an equal part of what it points
 * to, so over all spaces the shares of a frame add up to 1; but they need not be
 * equal, as Linux's are: of two entries the one in a table that two spaces share
 * gives each of them 1/4, the other one gives its space 1/2.
 *
 * The page of zeros is nobody's and counts nowhere, as on Linux.
 */
#include "kernel/inode.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/procfs.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

#define ONE (1ul << 24) /* a whole page, in a sum of shares */

static const char *const figure_names[PROCFS_FIGURES] = {
	[PROCFS_RSS] = "Rss",
	[PROCFS_PSS] = "Pss",
	[PROCFS_PSS_DIRTY] = "Pss_Dirty",
	[PROCFS_SHARED_CLEAN] = "Shared_Clean",
	[PROCFS_SHARED_DIRTY] = "Shared_Dirty",
	[PROCFS_PRIVATE_CLEAN] = "Private_Clean",
	[PROCFS_PRIVATE_DIRTY] = "Private_Dirty",
	[PROCFS_REFERENCED] = "Referenced",
	[PROCFS_ANONYMOUS] = "Anonymous",
};

/* Whether the region shows its store's page there, not a copy of it. */
static bool
is_of_store(const struct region *r, const struct pt_page *page)
{
	uint64_t offset = page->va - r->start;

	return r->store && offset < r->filled &&
	       store_peek(r->store, (r->offset + offset) / PAGE_SIZE) ==
		       page->frame;
}

/* The space's share of a page: see above. */
static uint64_t
share(const struct space *s, const struct region *r, const struct pt_page *page)
{
	uint32_t no_entries = (uint32_t)is_of_store(r, page) +
			      (page->frame->kind == FRAME_MODULE);
	uint64_t share = ONE;
	struct pt_trace t;

	pt_trace(s->root, page->va, &t);
	t.refs[PT_LEVELS - 1] -= no_entries;
	for (int i = 0; i < PT_LEVELS; i++)
		share /= t.refs[i];
	return share;
}

/* A page that no file has is dirty, whoever wrote it: the kernel's writes leave
 * no D bit. */
static void
count_page(const struct space *s, const struct region *r,
	   const struct pt_page *page, uint64_t figure[PROCFS_FIGURES])
{
	bool of_store = is_of_store(r, page), dirty = page->dirty || !of_store;
	uint64_t part = share(s, r, page);
	int kind = part == ONE ? PROCFS_PRIVATE_CLEAN : PROCFS_SHARED_CLEAN;

	figure[PROCFS_RSS] += ONE;
	figure[PROCFS_PSS] += part;
	figure[PROCFS_PSS_DIRTY] += dirty ? part : 0;
	figure[kind + dirty] += ONE;
	figure[PROCFS_REFERENCED] += page->accessed ? ONE : 0;
	figure[PROCFS_ANONYMOUS] += of_store ? 0 : ONE;
	figure[PROCFS_SHMEM] += of_store && !r->store->id ? ONE : 0;
}

static void
count_region(const struct space *s, const struct region *r,
	     uint64_t figure[PROCFS_FIGURES])
{
	struct pt_page page;

	for (vaddr_t va = r->start; pt_next(s->root, va, r->end, &page);
	     va = page.va + PAGE_SIZE)
		if (page.frame != frame_zero)
			count_page(s, r, &page, figure);
}

/* A sum of shares in KiB, rounded: thirds do not add up to the whole. */
static uint64_t
kib_of(uint64_t figure)
{
	const uint64_t one = ONE / (PAGE_SIZE / 1024);

	return (figure + one / 2) / one;
}

void
procfs_count(const struct space *s, uint64_t kib[PROCFS_FIGURES])
{
	memset(kib, 0, sizeof(kib[0]) * PROCFS_FIGURES);
	for (const struct region *r = s->regions.first; r; r = r->next)
		count_region(s, r, kib);
	for (int i = 0; i < PROCFS_FIGURES; i++)
		kib[i] = kib_of(kib[i]);
}

static const char *
region_name(const struct region *r, char *page)
{
	const struct store *st = r->store;

	if (st && st->inode)
		return procfs_name(st->inode, page);
	if (st && st->id)
		format(page, PAGE_SIZE, "/%s (deleted)", st->name);
	else if (st)
		return "/dev/zero (deleted)"; /* what Linux calls it */
	else if (r->label && (strcmp(r->label, "heap") == 0 ||
			      strcmp(r->label, "stack") == 0))
		format(page, PAGE_SIZE, "[%s]", r->label);
	else
		return "";
	return page;
}

static void
put_region(struct text *t, const struct region *r)
{
	const char *name = region_name(r, t->scratch);
	uint32_t ino = r->store ? r->store->id : 0;
	char head[128];

	format(head, sizeof(head), "%08lx-%08lx %c%c%c%c %08lx 00:%02x %u ",
	       r->start, r->end, r->prot & PROT_READ ? 'r' : '-',
	       r->prot & PROT_WRITE ? 'w' : '-',
	       r->prot & PROT_EXEC ? 'x' : '-', r->shared ? 's' : 'p',
	       r->store ? r->offset : 0, ino ? 1 : 0, ino);
	text_print(t, *name ? "%-73s" : "%s", head);
	text_name(t, name);
	text_print(t, "\n");
}

/* Linux's two letters: what is allowed, what may become so, and that no swap is
 * kept for it. */
static void
put_flags(struct text *t, const struct region *r)
{
	static const char names[] = "rd wr ex ", may[] = "mr mw me ";

	text_print(t, "VmFlags: ");
	for (int i = 0; i < 3; i++)
		if (r->prot >> i & 1)
			text_bytes(t, names + i * 3, 3);
	if (r->shared)
		text_bytes(t, "sh ", 3);
	for (int i = 0; i < 3; i++)
		if (r->max_prot >> i & 1)
			text_bytes(t, may + i * 3, 3);
	text_print(t, "nr \n");
}

void
procfs_maps(struct text *t, const struct process *p)
{
	if (!p->space)
		return;
	for (const struct region *r = p->space->regions.first; r; r = r->next)
		put_region(t, r);
}

void
procfs_smaps(struct text *t, const struct process *p)
{
	if (!p->space)
		return;
	for (const struct region *r = p->space->regions.first; r; r = r->next) {
		uint64_t figure[PROCFS_FIGURES] = {0};

		count_region(p->space, r, figure);
		put_region(t, r);
		text_kib(t, "Size", (r->end - r->start) / 1024);
		text_kib(t, "KernelPageSize", PAGE_SIZE / 1024);
		text_kib(t, "MMUPageSize", PAGE_SIZE / 1024);
		for (int i = 0; i < PROCFS_FIGURES; i++)
			if (figure_names[i])
				text_kib(t, figure_names[i], kib_of(figure[i]));
		text_kib(t, "Swap", 0);
		text_kib(t, "SwapPss", 0);
		text_kib(t, "Locked", 0);
		put_flags(t, r);
	}
}

#define PAGEMAP_PRESENT	  (1ul << 63)
#define PAGEMAP_FILE	  (1ul << 61) /* of a file, or shared */
#define PAGEMAP_EXCLUSIVE (1ul << 56) /* nobody else sees it */

/* What there is at the pages from va on, into words. */
static void
fill_pagemap(struct space *s, vaddr_t va, uint64_t *words, size_t count)
{
	vaddr_t end = va + count * PAGE_SIZE;
	struct pt_page page;

	memset(words, 0, count * sizeof(*words));
	for (vaddr_t at = va; pt_next(s->root, at, end, &page);
	     at = page.va + PAGE_SIZE) {
		const struct region *r = space_find(s, page.va);
		uint64_t word = PAGEMAP_PRESENT | frame_number(page.frame);

		if (is_of_store(r, &page))
			word |= PAGEMAP_FILE;
		if (page.frame != frame_zero && share(s, r, &page) == ONE)
			word |= PAGEMAP_EXCLUSIVE;
		words[(page.va - va) / PAGE_SIZE] = word;
	}
}

/* One frame full of words, or what is left of len. => bytes, or -errno */
static long
put_pagemap(const struct process *p, uint64_t *words, uint64_t offset,
	    vaddr_t to, size_t len)
{
	uint64_t index = offset / sizeof(*words);
	size_t count = min_u64(len, PAGE_SIZE) / sizeof(*words), n;

	if (!p)
		return -ESRCH;
	if (!p->space || index >= USER_END / PAGE_SIZE)
		return 0;
	count = min_u64(count, USER_END / PAGE_SIZE - index);
	fill_pagemap(p->space, index * PAGE_SIZE, words, count);
	n = user_write(process_current()->space, to, words,
		       count * sizeof(*words));
	return n ? (long)n : -EFAULT;
}

long
procfs_pagemap(pid_t pid, uint64_t offset, vaddr_t to, size_t len)
{
	struct frame *f;
	size_t done = 0;
	long n = 0;

	if (offset % sizeof(uint64_t) || len % sizeof(uint64_t))
		return -EINVAL;
	f = frame_alloc(FRAME_BUFFER);
	if (!f)
		return -ENOMEM;
	do {
		n = put_pagemap(process_find(pid), frame_page(f), offset + done,
				to + done, len - done);
		done += n > 0 ? (size_t)n : 0;
	} while (n > 0 && done < len && done % PAGE_SIZE == 0);
	frame_put(f);
	return done ? (long)done : n;
}
