/*
 * mmap, munmap, mprotect of anonymous memory: what they promise and what they
 * cost.
 */
#include "pages.h"

enum {
	N = 64,
};

static void *
map(void *hint, size_t size, int prot, int flags)
{
	return mmap(hint, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1,
		    0);
}

static void *
plain(volatile char *p)
{
	return (void *)(uintptr_t)p;
}

static void
frames_come_and_go(void)
{
	long before = frames(MEM_PAGE), all = frames(MEM_FREE);
	volatile char *p = new_pages(N);

	is(frames(MEM_PAGE) - before, 0, "mmap takes no frame for a page");
	is(resident(p, N), 0, "nothing is resident");
	(void)p[5 * PAGE];
	is(page_of(0, p + 5 * PAGE).source, PAGE_ZERO, "a read shows zeros");
	touch(p, N);
	is(frames(MEM_PAGE) - before, N, "each page written took one frame");
	need(munmap(plain(p + 16 * PAGE), 16 * PAGE) == 0, "munmap");
	is(frames(MEM_PAGE) - before, N - 16,
	   "munmap of a part gives its frames back");
	ok(p[15 * PAGE] == 15 && p[32 * PAGE] == 32,
	   "the pages beside it keep their contents");
	free_pages(p, N);
	is(frames(MEM_PAGE) - before, 0, "munmap of the rest gives all back");
	is(frames(MEM_FREE), all, "tables and kernel objects included");
}

static void
placement(void)
{
	char *a = map(NULL, PAGE, PROT_READ, 0), *b, *c;
	char *stack = (char *)page_of(0, &a).region_start;

	ok(a < stack && a > (char *)0x700000000000,
	   "mappings lie below the stack");
	b = map(a - 64 * PAGE, PAGE, PROT_READ, 0);
	ok(b == a - 64 * PAGE, "a free hint is taken");
	c = map(a, PAGE, PROT_READ, 0);
	ok(c != a && c != MAP_FAILED, "a hint in use is passed over");
	c = map(a, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED);
	ok(c == a, "MAP_FIXED replaces what was there");
	*c = 1;
	c = map(a, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED);
	ok(c == a && *c == 0, "and its contents");
	fails(map(a, PAGE, PROT_READ, MAP_FIXED_NOREPLACE), EEXIST,
	      "MAP_FIXED_NOREPLACE does not");
	munmap(a, PAGE);
	munmap(b, PAGE);
}

static void
refusals(void)
{
	char *p = plain(new_pages(4));

	fails(map(NULL, 0, PROT_READ, 0), EINVAL, "mmap of nothing");
	fails(map(NULL, ~0ul - 4095, PROT_READ, 0), ENOMEM,
	      "mmap of everything");
	fails(map(NULL, 0x800000000000, PROT_READ, 0), ENOMEM,
	      "mmap of the whole user half");
	fails(map(p + 1, PAGE, PROT_READ, MAP_FIXED), EINVAL,
	      "MAP_FIXED between two pages");
	ok(map((void *)0xffff800000000000, PAGE, PROT_READ, MAP_FIXED) ==
		   MAP_FAILED,
	   "MAP_FIXED in the kernel's half");
	ok(map((void *)0, PAGE, PROT_READ, MAP_FIXED) == MAP_FAILED,
	   "MAP_FIXED at the null page");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL,
	      "mmap neither shared nor private");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0), EBADF,
	      "mmap of a file that is not open");
	fails(munmap(p + 1, PAGE), EINVAL, "munmap between two pages");
	fails(munmap(p, 0), EINVAL, "munmap of nothing");
	fails(munmap((void *)0xffff800000000000, PAGE), EINVAL,
	      "munmap in the kernel's half");
	is(munmap(p + PAGE, PAGE), 0, "munmap of one page");
	is(munmap(p, 4 * PAGE), 0, "munmap over a hole is fine");
	is(munmap(p, 4 * PAGE), 0, "munmap of nothing but a hole too");
}

static int
write_to(void *p)
{
	*(volatile char *)p = 1;
	return 0;
}

static int
read_from(void *p)
{
	return *(volatile char *)p;
}

static void
rights(void)
{
	volatile char *p = new_pages(4);
	static struct pageinfo info;

	touch(p, 4);
	p[PAGE] = 42;
	info = page_of(0, p + PAGE);
	is(mprotect(plain(p + PAGE), PAGE, PROT_NONE), 0, "mprotect to none");
	is(page_of(0, p + PAGE).readable, 0, "the MMU refuses the page");
	is(ending(run(read_from, plain(p + PAGE))), 1000 + SIGSEGV,
	   "a read is SIGSEGV");
	is(mprotect(plain(p + PAGE), PAGE, PROT_READ), 0, "and to read-only");
	is(p[PAGE], 42, "PROT_NONE has kept the contents");
	is(page_of(0, p + PAGE).frame, info.frame, "in the same frame");
	is(ending(run(write_to, plain(p + PAGE))), 1000 + SIGSEGV,
	   "a write is SIGSEGV");
	free_pages(p, 4);
}

static void
rights_over_regions(void)
{
	volatile char *p = new_pages(4);

	touch(p, 4);
	need(mprotect(plain(p + PAGE), PAGE, PROT_READ) == 0, "mprotect");
	is(mprotect(plain(p), 4 * PAGE, PROT_READ | PROT_WRITE), 0,
	   "mprotect over several regions");
	p[PAGE] = 43;
	ok(p[0] == 0 && p[PAGE] == 43 && p[2 * PAGE] == 2, "all is as written");
	is(page_of(0, p).region_end - page_of(0, p).region_start >= 4 * PAGE, 1,
	   "equal neighbours are one region again");

	free_pages(p, 4);
}

static void
rights_refused(void)
{
	volatile char *p = new_pages(4);

	need(munmap(plain(p + 2 * PAGE), PAGE) == 0, "munmap");
	fails(mprotect(plain(p), 4 * PAGE, PROT_READ), ENOMEM,
	      "mprotect over a hole");
	fails(mprotect(plain(p + 1), PAGE, PROT_READ), EINVAL,
	      "mprotect between two pages");
	is(mprotect(plain(p), 0, PROT_READ), 0, "mprotect of nothing is fine");
	free_pages(p, 4);
}

static void
execution(void)
{
	unsigned char *p = plain(new_pages(1));
	int (*f)(void);

	memcpy(p, "\xb8\x2a\x00\x00\x00\xc3", 6); /* mov $42, %eax; ret */
	need(mprotect(p, PAGE, PROT_READ | PROT_EXEC) == 0, "mprotect");
	memcpy(&f, &p, sizeof(f));
	is(f(), 42, "a page made executable runs");
	ok(page_of(0, p).executable && !page_of(0, p).writable,
	   "it is r-x for the MMU");
	munmap(p, PAGE);
}

enum {
	REGIONS = 10000,
};

/* Many regions: every second page read-only. */
static void
many(void)
{
	static struct meminfo before;
	static struct psinfo ps;
	char *p;
	int bad = 0;

	/* The tables at both ends stay: have them before the count. */
	p = plain(new_pages(REGIONS));
	p[0] = p[(REGIONS - 1) * PAGE] = 1;
	free_pages(p, REGIONS);
	look(&before);
	p = plain(new_pages(REGIONS));
	for (size_t i = 0; i < REGIONS; i += 2)
		bad += mprotect(p + i * PAGE, PAGE, PROT_READ) != 0;
	is(bad, 0, "10,000 regions side by side");
	need(psinfo(getpid(), &ps) == 0, "psinfo");
	ok(ps.regions >= REGIONS, "psinfo counts them");
	for (size_t i = 1; i < REGIONS; i += 2)
		p[i * PAGE] = 1;
	bad = 0;
	for (size_t i = 0; i < REGIONS; i++)
		bad += p[i * PAGE] != (int)(i & 1);
	is(bad, 0, "each is found by a fault");
	is(munmap(p, REGIONS * PAGE), 0, "one munmap removes all");
	all_back(&before, "and gives every frame back");
}

int
main(void)
{
	frames(MEM_PAGE);
	frames_come_and_go();
	placement();
	refusals();
	rights();
	rights_over_regions();
	rights_refused();
	execution();
	many();
	return done();
}
