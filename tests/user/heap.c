/*
 * sbrk and brk: a boundary that moves, and frames that follow it.
 */
#include <errno.h>

#include "pages.h"

enum {
	N = 16,
};

static volatile char *start_of_heap;

static void
grow(void)
{
	long before;
	int one_each = 1;

	before = frames(MEM_PAGE);
	ok(sbrk(N * PAGE) == (void *)(uintptr_t)start_of_heap,
	   "sbrk returns where the new memory begins");
	ok(sbrk(0) == (void *)(uintptr_t)(start_of_heap + N * PAGE),
	   "and has moved the boundary");
	is(frames(MEM_PAGE) - before, 0, "it has taken no frame");
	is(resident(start_of_heap, N), 0, "nothing is resident");
	for (int i = 0; i < N; i++) {
		before = frames(MEM_PAGE);
		start_of_heap[i * PAGE] = (char)i;
		one_each &= frames(MEM_PAGE) - before == 1;
		one_each &= resident(start_of_heap, N) == i + 1;
	}
	ok(one_each, "each page gets one frame when it is touched");
	is_string(page_of(0, start_of_heap).label, "heap", "the region: heap");
}

static void
shrink(void)
{
	long before = frames(MEM_PAGE);

	need(sbrk(-4 * PAGE) != (void *)-1, "sbrk");
	is(frames(MEM_PAGE) - before, -4, "sbrk(-4 pages) gives 4 frames back");
	is(start_of_heap[(N - 5) * PAGE], N - 5, "what is below is kept");
	ok(page_of(0, start_of_heap + (N - 4) * PAGE).region_start >
		   (uintptr_t)(start_of_heap + (N - 4) * PAGE),
	   "what is above is in no region");
	need(sbrk(4 * PAGE) != (void *)-1, "sbrk");
	is(start_of_heap[(N - 4) * PAGE], 0, "it comes back as zeros");
	start_of_heap[(N - 4) * PAGE + 100] = 1;
	start_of_heap[(N - 4) * PAGE + 50] = 1;
	need(sbrk(-(4 * PAGE - 60)) != (void *)-1, "sbrk");
	is(start_of_heap[(N - 4) * PAGE + 50], 1,
	   "a boundary within a page keeps the page");
	need(sbrk(4 * PAGE - 60) != (void *)-1, "sbrk");
}

static int
write_to(void *p)
{
	*(volatile char *)p = 1;
	return 0;
}

static void
limits(void)
{
	void *end = sbrk(0);

	is(ending(run(write_to, end)), 1000 + SIGSEGV,
	   "a write above the boundary is SIGSEGV");
	fails(sbrk(0x7fffffffffff), ENOMEM, "sbrk of more than there is");
	fails(sbrk(-0x700000000000), ENOMEM, "sbrk below the start");
	ok(sbrk(0) == end, "a refused sbrk moves nothing");
	is(brk((char *)end + PAGE), 0, "brk moves the same boundary");
	ok(sbrk(0) == (char *)end + PAGE, "as sbrk sees");
	is(brk(end), 0, "and back");
	fails(brk((void *)0x1000), ENOMEM, "brk refuses what is not the heap");
}

static int
child(void *unused)
{
	(void)unused;
	start_of_heap[0] = 99;
	return sbrk(-2 * PAGE) == (void *)-1;
}

static void
in_children(void)
{
	void *end = sbrk(0);

	need(run(child, NULL) == 0, "child");
	ok(sbrk(0) == end, "a child moves its own boundary only");
	is(start_of_heap[0], 0, "and writes its own pages");
}

int
main(void)
{
	uintptr_t end = (uintptr_t)sbrk(0);

	need(sbrk((intptr_t)(-end % PAGE)) != (void *)-1, "sbrk");
	start_of_heap = sbrk(0);
	frames(MEM_PAGE);
	grow();
	shrink();
	limits();
	in_children();
	return done();
}
