/*
 * Facts about frames for tests.
 */
#pragma once

#include <quire.h>

#include "process.h"

enum {
	PAGE = 4096,
};

static inline struct pageinfo
page_of(pid_t pid, const volatile void *addr)
{
	static struct pageinfo info;

	need(pageinfo(pid, (const void *)(uintptr_t)addr, &info) == 0,
	     "pageinfo");
	return info;
}

static inline int
present(const volatile void *addr)
{
	static struct pageinfo info;

	need(pageinfo(0, (const void *)(uintptr_t)addr, &info) == 0,
	     "pageinfo");
	return info.present;
}

static inline long
frames(int kind)
{
	static struct meminfo m;

	/* Twice: the first may have to copy the page that m is in. */
	need(meminfo(&m) == 0 && meminfo(&m) == 0, "meminfo");
	return (long)m.frames[kind];
}

/* The use of memory now, into *m. */
static inline void
look(struct meminfo *m)
{
	need(meminfo(m) == 0 && meminfo(m) == 0, "meminfo");
}

/* One claim: at least as many frames are free as were then. */
static inline void
all_back(const struct meminfo *then, const char *claim)
{
	struct meminfo now; /* on the stack, whose page is there already */

	look(&now);
	if (ok(now.frames[MEM_FREE] >= then->frames[MEM_FREE], "%s", claim))
		return;
	for (int kind = 0; kind < MEM_KINDS; kind++)
		diag("kind %d: %ld frames before, %ld now", kind,
		     (long)then->frames[kind], (long)now.frames[kind]);
}

/* Finds the first page at or after *addr that has a frame, in any region. */
static inline int
next_page(pid_t pid, uint64_t *addr, struct pageinfo *info)
{
	while (pageinfo(pid, (const void *)*addr, info) == 0) {
		if (info->region_start > *addr)
			*addr = info->region_start;
		else if (info->present)
			return 1;
		else
			*addr = info->next ? info->next : info->region_end;
	}
	return 0;
}

/* How many pages of [addr, addr + count pages) have a frame. */
static inline int
resident(const volatile void *addr, size_t count)
{
	int n = 0;

	for (size_t i = 0; i < count; i++)
		n += present((const volatile char *)addr + i * PAGE);
	return n;
}

/* Waits until pid runs the program `name` and sleeps. */
static inline void
settle(pid_t pid, const char *name)
{
	static struct psinfo p;

	for (int i = 0; i < 1000; i++) {
		if (psinfo(pid, &p) == 0 && p.pid == pid && p.state == 'S' &&
		    strcmp(p.name, name) == 0)
			return;
		sleep_ms(10);
	}
	need(0, "a child does not settle");
}

/* Anonymous private pages. */
static inline volatile char *
new_pages(size_t count)
{
	void *p = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static inline void
free_pages(volatile char *p, size_t count)
{
	need(munmap((void *)(uintptr_t)p, count * PAGE) == 0, "munmap");
}

static inline void
touch(volatile char *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		p[i * PAGE] = (char)i;
}
