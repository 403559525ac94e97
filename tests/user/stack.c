/*
 * The stack grows by faulting, and ends at a guard.
 */
#include "pages.h"

enum {
	KIB = 1024,
	STACK = 8192 * KIB,
};

static int descend(int depth);

/* The compiler must not merge calls into one. */
static int (*volatile next)(int) = descend;

/* Goes down by a KiB and a bit with each call. */
static int
descend(int depth)
{
	volatile char here[KIB - 64];

	/* All of it, whatever the compiler thinks that we use. */
	__asm__ volatile("" : : "r"(here) : "memory");
	here[0] = (char)depth;
	if (depth == 0)
		return here[0];
	return next(depth - 1) + (here[0] != (char)depth);
}

static int
descend_far(void *kib)
{
	return next(*(int *)kib);
}

static volatile char *
lowest(void)
{
	static struct pageinfo info;

	need(pageinfo(0, &(char){0}, &info) == 0, "pageinfo");
	return (volatile char *)info.region_start;
}

static int
write_to(void *p)
{
	*(volatile char *)p = 1;
	return 0;
}

static void
grows(void)
{
	int pages = STACK / PAGE, before, kib = 1024;
	volatile char *low = lowest();
	static struct pageinfo info;

	need(pageinfo(0, (const void *)(uintptr_t)low, &info) == 0, "pageinfo");
	is(info.region_end - (uintptr_t)low, STACK,
	   "the stack's region is 8 MiB");
	before = resident(low, (size_t)pages);
	ok(before < 16, "of which few pages are resident");
	is(next(kib), 0, "a recursion over a MiB works");
	ok(resident(low, (size_t)pages) - before >= 200,
	   "it has got the pages it touched");
	is(present(low), 0, "and not the lowest");
}

static void
ends_at_a_guard(void)
{
	static int most = 6 * KIB, more = 9 * KIB;
	volatile char *low = lowest();
	static struct pageinfo below;

	is(ending(run(descend_far, &most)), 0, "6 MiB of recursion work");
	is(ending(run(descend_far, &more)), 1000 + SIGSEGV,
	   "9 MiB are SIGSEGV");
	is(ending(run(write_to, (void *)(uintptr_t)low)), 0,
	   "the lowest byte of the stack may be touched directly");
	is(ending(run(write_to, (void *)(uintptr_t)(low - 1))), 1000 + SIGSEGV,
	   "the byte below is SIGSEGV");
	new_pages(1);
	need(pageinfo(0, (const void *)(uintptr_t)(low - PAGE), &below) == 0,
	     "pageinfo");
	ok(below.region_start >= (uintptr_t)low || below.prot == PROT_NONE,
	   "nothing usable lies right below the stack");
	is(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) <
		   (void *)(uintptr_t)(low - 64 * KIB),
	   1, "there is a guard of at least 64 KiB");
}

int
main(int argc, char *argv[])
{
	(void)argc;
	is((uintptr_t)(argv - 1) % 16, 0,
	   "a program begins with its stack aligned to 16");
	grows();
	ends_at_a_guard();
	return done();
}
