/*
 * sbrk: a boundary that moves, and frames that follow it. It never calls malloc.
 * Argument: which claims.
 */
#include "pages.h"

enum {
	N = 16,
	MANY = 100 << 20, /* more than the machine has: 32 MiB */
	STEP = MANY / 5,  /* one call cannot have more than it has */
};

static volatile char *heap; /* where whole pages begin */

static volatile char *
move(intptr_t delta)
{
	return sbrk(delta);
}

static void
need_move(intptr_t delta)
{
	need(sbrk(delta) != (void *)-1, "sbrk");
}

/* Takes the frames that the program itself will need, before any are counted:
 * its data, and some of its stack. */
static void
settle_in(void)
{
	extern char __bss_start[], _end[];
	uintptr_t at = (uintptr_t)__bss_start & -(uintptr_t)PAGE;
	volatile char *deep = __builtin_alloca(4 * PAGE);

	for (; at < (uintptr_t)_end; at += PAGE)
		*(volatile char *)at = *(volatile char *)at;
	touch(deep, 4);
}

/* The end of the heap, at a page boundary. */
static void
align(void)
{
	uintptr_t end = (uintptr_t)sbrk(0);

	need(end != (uintptr_t)-1, "sbrk(0)");
	need_move((intptr_t)(-end % PAGE));
	heap = sbrk(0);
	frames(MEM_PAGE);
}

static int
write_to(void *p)
{
	*(volatile char *)p = 1;
	return 0;
}

static int
can_write(volatile char *p)
{
	return run(write_to, (void *)(uintptr_t)p) == 0;
}

/* ---- Grow --------------------------------------------------------------- */

static void
lazy(void)
{
	long before = frames(MEM_PAGE), each = 1;
	static struct pageinfo info;

	ok(move(N * PAGE) == heap, "sbrk returns where the new memory begins");
	ok(move(0) == heap + N * PAGE, "and has moved the boundary");
	is(frames(MEM_PAGE) - before, 0, "16 new pages have taken no frame");
	is(resident(heap, N), 0, "none of them is resident");
	info = page_of(0, heap);
	is_string(info.label, "heap", "they lie in a region called heap");
	is(info.prot, PROT_READ | PROT_WRITE, "its rights: read and write");
	is(info.region_end, (uintptr_t)heap + N * PAGE,
	   "it ends at the boundary");
	for (int i = 0; i < N; i++) {
		before = frames(MEM_PAGE);
		heap[i * PAGE] = (char)i;
		each &= frames(MEM_PAGE) - before == 1;
		each &= resident(heap, N) == i + 1;
	}
	ok(each, "each page gets one frame when it is touched, not before");
	need_move(-N * PAGE);
}

/* More than there is memory: only what is touched costs. */
static void
large(void)
{
	long before = frames(MEM_FREE), taken;
	int granted = 1;

	for (int at = 0; at < MANY; at += STEP)
		granted &= move(STEP) == heap + at;
	ok(granted, "sbrk of more than the machine's memory, in five steps");
	for (int i = 0; i < 4; i++)
		heap[(size_t)i * (MANY / 4)] = 1;
	taken = before - frames(MEM_FREE);
	if (!ok(taken <= 4 + 8, "4 touched pages of it take 4 frames"))
		diag("and at most 8 tables; they took %ld", taken);
	need_move(-MANY);
	if (!ok(before - frames(MEM_FREE) <= 2, "all come back"))
		diag("%ld did not", before - frames(MEM_FREE));
}

/* Every byte below the boundary is there, page by page and byte by byte. */
static void
bytes(void)
{
	int there = 1, page = 1, zero = 1;

	for (int i = 0; i < 2 * PAGE; i += 8) {
		volatile char *p = move(8);

		there &= p == heap + i;
		zero &= p[0] == 0 && p[7] == 0;
		p[0] = p[7] = 1;
	}
	ok(there, "1024 times sbrk(8): each begins where the last ended");
	ok(zero, "and is zeros, which can be written");
	need_move(1);
	page = can_write(heap + 2 * PAGE) && can_write(heap + 3 * PAGE - 1);
	ok(page, "one byte more: the page that holds it is there");
	ok(!can_write(heap + 3 * PAGE), "the next one is not: SIGSEGV");
	need_move(-1);
	ok(!can_write(heap + 2 * PAGE), "one byte less: the page is gone");
}

/* Pages side by side, frames from anywhere. */
static void
scattered(void)
{
	static const int order[N] = {5,	 12, 0,	 9, 3, 15, 7, 1,
				     14, 6,  11, 2, 8, 13, 4, 10};
	static struct pageinfo page[N];
	int follow = 0, alone = 1, different = 1, kept = 1;

	need_move(N * PAGE);
	for (int i = 0; i < N; i++)
		heap[order[i] * PAGE] = (char)(order[i] + 1);
	for (int i = 0; i < N; i++) {
		page[i] = page_of(0, heap + i * PAGE);
		follow += i && page[i].frame == page[i - 1].frame + 1;
		alone &= page[i].refs == 1 && page[i].source == PAGE_PRIVATE;
		kept &= heap[i * PAGE] == i + 1;
		for (int j = 0; j < i; j++)
			different &= page[i].frame != page[j].frame;
	}
	ok(different && alone, "16 pages: 16 frames, seen by nobody else");
	if (!ok(follow < 8, "they lie anywhere in memory"))
		diag("%d of 15 follow the frame of the page below", follow);
	ok(kept, "each page keeps what was written to it");
}

/* ---- Shrink --------------------------------------------------------------- */

static void
back(void)
{
	static struct meminfo then;
	long before;

	look(&then);
	need_move(N * PAGE);
	touch(heap, N);
	before = frames(MEM_PAGE);
	ok(move(-4 * PAGE) == heap + N * PAGE, "sbrk(-4 pages): the old end");
	is(frames(MEM_PAGE) - before, -4, "4 frames are free at once");
	is(heap[(N - 5) * PAGE], N - 5, "what is below is kept");
	ok(page_of(0, heap + (N - 4) * PAGE).region_start >
		   (uintptr_t)(heap + (N - 4) * PAGE),
	   "what is above lies in no region");
	ok(!can_write(heap + (N - 4) * PAGE), "a write there is SIGSEGV");
	need_move(4 * PAGE);
	is(heap[(N - 4) * PAGE], 0, "grown again, it is zeros");
	need_move(-N * PAGE);
	ok(move(0) == heap, "the boundary is where it was");
	all_back(&then, "and every frame is back");
}

static void
part(void)
{
	need_move(2 * PAGE);
	heap[PAGE + 50] = 1;
	heap[PAGE + 100] = 2;
	need_move(-(PAGE - 60));
	is(heap[PAGE + 50], 1, "a boundary within a page keeps the page");
	ok(present(heap + PAGE), "and its frame");
	need_move(-60);
	ok(!can_write(heap + PAGE), "a boundary at its start does not");
	ok(can_write(heap), "the page below stays");
	need_move(-PAGE);
}

/* ---- Limits ---------------------------------------------------------------- */

static void
refused(void)
{
	void *end = sbrk(0);

	need_move(PAGE);
	heap[0] = 77;
	end = sbrk(0);
	fails(move(0x7fffffffffff), ENOMEM, "sbrk of more than there is");
	fails(move(INTPTR_MAX), ENOMEM, "sbrk beyond all addresses");
	fails(move(-0x700000000000), ENOMEM, "sbrk below zero");
	fails(move(-0x200000), ENOMEM, "sbrk below the start of the heap");
	ok(sbrk(0) == end, "a refused sbrk moves nothing");
	is(heap[0], 77, "and takes nothing away");
	is(brk((char *)end + PAGE), 0, "brk moves the same boundary");
	ok(sbrk(0) == (char *)end + PAGE, "as sbrk sees");
	is(brk(end), 0, "and back");
	fails(brk((void *)0x1000), ENOMEM, "brk refuses what is not the heap");
	need_move(-PAGE);
}

/* Something else is in the way. */
static void
in_the_way(void)
{
	volatile char *other = heap + 4 * PAGE;

	need(mmap((void *)(uintptr_t)other, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		  0) == (void *)(uintptr_t)other,
	     "mmap");
	other[0] = 55;
	fails(move(8 * PAGE), ENOMEM, "sbrk across another mapping");
	fails(move(4 * PAGE + 1), ENOMEM, "sbrk one byte into it");
	ok(move(0) == heap, "the boundary stays");
	is(other[0], 55, "the mapping keeps its contents");
	ok(move(4 * PAGE) == heap, "sbrk as far as there is room");
	heap[4 * PAGE - 1] = 1;
	need_move(-4 * PAGE);
	is(other[0], 55, "and back: the mapping is still there");
	munmap((void *)(uintptr_t)other, PAGE);
}

static int
child(void *unused)
{
	(void)unused;
	heap[0] = 99;
	need_move(-PAGE);
	need_move(3 * PAGE);
	heap[2 * PAGE] = 98;
	return 0;
}

static void
families(void)
{
	need_move(PAGE);
	heap[0] = 11;
	need(run(child, NULL) == 0, "a child");
	ok(move(0) == heap + PAGE, "a child moves its own boundary only");
	is(heap[0], 11, "and writes its own pages");
	need_move(-PAGE);
}

int
main(int argc, char *argv[])
{
	static void (*const groups[][4])(void) = {
		['g' - 'a'] = {lazy, large},
		['b' - 'a'] = {bytes},
		['s' - 'a'] = {scattered},
		['f' - 'a'] = {back, part},
		['l' - 'a'] = {refused, in_the_way, families},
	};
	int which = argc > 1 ? argv[1][0] - 'a' : 0;

	settle_in();
	align();
	for (int i = 0; groups[which][i]; i++)
		groups[which][i]();
	is(quire_audit(), 0, "the kernel's audit finds nothing wrong");
	return done();
}
