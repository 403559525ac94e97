/*
 * mremap, madvise, mincore, MAP_POPULATE: what they do to frames. What they
 * answer is compared with Linux in tests/linux.
 */
#include <sys/syscall.h>

#include "pages.h"

enum {
	N = 64,
	MAYMOVE = 1,
	FIXED = 2,
	DONTNEED = 4,
};

static void *
plain(volatile char *p)
{
	return (void *)(uintptr_t)p;
}

static char *
map(size_t size, int flags)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static char *
remap(volatile char *old, size_t old_pages, size_t new_pages, int flags,
      void *to)
{
	return (char *)syscall(SYS_mremap, old, old_pages * PAGE,
			       new_pages * PAGE, flags, to);
}

static int
write_to(void *p)
{
	*(volatile char *)p = 1;
	return 0;
}

static void
a_move(void)
{
	long all = frames(MEM_FREE), pages, frame;
	volatile char *p = new_pages(N), *wall = new_pages(1), *q;

	touch(p, N);
	pages = frames(MEM_PAGE);
	frame = (long)page_of(0, p + 7 * PAGE).frame;
	q = remap(p, N, 2 * N, MAYMOVE, NULL);
	ok(q != p && q != MAP_FAILED, "a mapping that cannot grow moves");
	is(frames(MEM_PAGE), pages, "no page was copied");
	is(page_of(0, q + 7 * PAGE).frame, frame, "it is the same frame");
	is(page_of(0, q + 7 * PAGE).refs, 1, "that nobody else sees");
	is(resident(q, 2 * N), N, "what is new has no frame");
	is(ending(run(write_to, plain(p))), 1000 + SIGSEGV,
	   "nothing is left behind");
	for (int i = 0; i < N; i++)
		if (q[i * PAGE] != i)
			ok(0, "page %d has moved", i);
	q[N * PAGE] = 1;
	is(frames(MEM_PAGE), pages + 1, "it takes frames where it is touched");
	is((long)remap(q, 2 * N, 4, 0, NULL), (long)q, "shrinking stays");
	is(frames(MEM_PAGE), pages - N + 4, "and gives frames back");
	is((long)remap(q, 4, 8, 0, NULL), (long)q, "growing there stays, too");
	is(resident(q, 8), 4, "without frames for what is new");
	is((long)remap(q, 8, 4, 0, NULL), (long)q, "so it goes on");
	free_pages(q, 4);
	free_pages(wall, 1);
	ok(frames(MEM_FREE) >= all, "all are back, tables included");
}

static int
move_and_write(void *at)
{
	char *p = at, *q = remap(p, 4, 4, MAYMOVE | FIXED, p + 8 * PAGE);
	long pages = frames(MEM_PAGE);

	if (q != p + 8 * PAGE || q[PAGE] != 1)
		return 1;
	q[PAGE] = 9;
	return frames(MEM_PAGE) == pages + 1 ? 0 : 2;
}

static void
a_move_after_fork(void)
{
	volatile char *p = new_pages(16);

	touch(p, 4);
	is(ending(run(move_and_write, plain(p))), 0,
	   "a child moves what it shares, and copies the page it writes to");
	ok(p[PAGE] == 1 && page_of(0, p + 9 * PAGE).present == 0,
	   "its parent sees nothing of that");
	free_pages(p, 16);
}

static void
shared_pages_twice(void)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	     *q;

	*p = 'a';
	q = remap(p, 0, 1, MAYMOVE, NULL);
	ok(q != MAP_FAILED && q != p && *q == 'a',
	   "a mapping of length 0 shows shared pages twice");
	is(page_of(0, p).frame, page_of(0, q).frame, "the same frame");
	munmap(p, PAGE);
	munmap(q, PAGE);
}

static void
pages_not_needed(void)
{
	long all = frames(MEM_FREE), pages = frames(MEM_PAGE);
	volatile char *p = new_pages(N);

	touch(p, N);
	is(madvise(plain(p + 8 * PAGE), 16 * PAGE, DONTNEED), 0,
	   "pages are not needed any more");
	is(frames(MEM_PAGE), pages + N - 16, "their frames are free");
	is(resident(p, N), N - 16, "the region is still there");
	ok(p[7 * PAGE] == 7 && p[8 * PAGE] == 0 && p[24 * PAGE] == 24,
	   "they show zeros, their neighbours what they did");
	free_pages(p, N);
	ok(frames(MEM_FREE) >= all, "all are back");
}

static void
residency(void)
{
	volatile char *p = new_pages(N);
	unsigned char in[N];
	int wrong = 0;

	for (int i = 0; i < N; i += 3)
		p[i * PAGE] = 1;
	is(syscall(SYS_mincore, p, N * PAGE, in), 0, "mincore");
	for (int i = 0; i < N; i++)
		wrong += in[i] != present(p + i * PAGE);
	is(wrong, 0, "says what pageinfo says");
	free_pages(p, N);
}

static void
population(void)
{
	long pages = frames(MEM_PAGE);
	char *p = map(N * PAGE, 0x8000 /* MAP_POPULATE */);

	is(resident(p, N), N, "MAP_POPULATE brings every page");
	is(frames(MEM_PAGE) - pages, N, "in frames of its own");
	ok(page_of(0, p).writable, "writable at once");
	munmap(p, N * PAGE);
	p = map(N * PAGE, 0);
	is(syscall(SYS_mlock, p + 1, PAGE), 0, "mlock");
	is(resident(p, N), 2, "brings the pages it touches");
	munmap(p, N * PAGE);
	p = map(PAGE, 0x40 /* MAP_32BIT */);
	ok((uintptr_t)p < 1ul << 31, "MAP_32BIT is low memory");
	munmap(p, PAGE);
}

int
main(void)
{
	frames(MEM_PAGE);
	a_move();
	a_move_after_fork();
	shared_pages_twice();
	pages_not_needed();
	residency();
	population();
	return done();
}
