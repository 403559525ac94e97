/*
 * Lab walk, in the guest: the entries of a running program, and memory that runs
 * out between two tables.
 *
 *	lab-walk entries	what pageinfo shows at the four levels
 *	lab-walk memory		a child takes all frames; all come back
 */
#include <signal.h>

#include "pages.h"
#include "tests/labs/look.h"

#define BASE ((volatile char *)0x100000000000ul)
#define GIB  (1ul << 30)

#define P    0x1ul
#define W    0x2ul
#define U    0x4ul
#define NX   (1ul << 63)
#define BITS (P | W | U | NX)

static const volatile char constant[PAGE]
	__attribute__((aligned(4096))) = {"constant"};
static char data[PAGE] __attribute__((aligned(4096))) = {"data"};

static volatile char *
map_at(volatile char *at, size_t len, int prot)
{
	void *p = mmap((void *)(uintptr_t)at, len, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		       -1, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static void
show(const struct pageinfo *info)
{
	for (int i = 0; i < info->depth; i++)
		diag("level %d: entry 0x%016lx -> frame 0x%lx, %u references",
		     4 - i, (unsigned long)info->entry[i],
		     (unsigned long)info->entry_frame[i], info->entry_refs[i]);
}

/* One claim: the four entries for a page. The grader looks at them, too. */
static void
bits(const volatile void *addr, uint64_t leaf, const char *what)
{
	struct pageinfo info = page_of(0, addr);
	int holds = info.depth == 4 && (info.entry[3] & BITS) == leaf;

	for (int i = 0; i < 3; i++)
		holds = holds && (info.entry[i] & BITS) == (P | W | U);
	if (!ok(holds, "%s: P, W and U above, and the leaf says the rights",
		what)) {
		show(&info);
		diag("wanted 0x7 at levels 4 to 2, 0x%lx at level 1",
		     (unsigned long)leaf);
	}
	look_at(what, addr);
}

static void
segments(void)
{
	char here = 0;

	data[0] = 'D';
	here = constant[0];
	bits((const volatile void *)(uintptr_t)segments, P | U, "text");
	bits(constant, P | U | NX, "constant");
	bits(data, P | W | U | NX, "written-data");
	bits(&here, P | W | U | NX, "stack");
	ok(here == 'c', "and the constant is what the linker put there");
}

static void
rights(void)
{
	volatile char *p = map_at(BASE, 4 * PAGE, PROT_READ | PROT_WRITE);

	ok(p[0] == 0, "a page that was never written reads as zero");
	bits(p, P | U | NX, "zeros-that-others-see");
	p[0] = 1;
	bits(p, P | W | U | NX, "zeros-after-a-write");
	need(mprotect((void *)(uintptr_t)p, PAGE, PROT_NONE) == 0, "mprotect");
	bits(p, P | NX, "PROT_NONE");
	need(mprotect((void *)(uintptr_t)p, PAGE, PROT_READ | PROT_EXEC) == 0,
	     "mprotect");
	bits(p, P | U, "r-x");
	ok(p[0] == 1, "the contents have been there all the time");
	free_pages(p, 4);
}

static void
step(volatile char *p, long wanted, const char *what)
{
	long before = frames(MEM_TABLE);

	*p = 1;
	is(frames(MEM_TABLE) - before, wanted, "%s: tables taken", what);
}

static void
tables(void)
{
	volatile char *p = map_at(BASE, 1024 * GIB, PROT_READ | PROT_WRITE);
	struct pageinfo one, two;

	step(p, 3, "the first page of a terabyte");
	step(p + PAGE, 0, "its neighbour");
	step(p + 2 * 1024 * 1024, 1, "2 MiB away");
	step(p + GIB, 2, "1 GiB away");
	step(p + 512 * GIB, 3, "512 GiB away");
	one = page_of(0, p);
	two = page_of(0, p + PAGE);
	ok(one.entry_frame[2] == two.entry_frame[2],
	   "neighbours are in the same table");
	ok(one.frame != two.frame, "and in different frames");
	two = page_of(0, p + 2 * 1024 * 1024);
	ok(one.entry_frame[1] == two.entry_frame[1] &&
		   one.entry_frame[2] != two.entry_frame[2],
	   "2 MiB away only the last table is another");
	two = page_of(0, p + 512 * GIB);
	ok(one.entry_frame[0] != two.entry_frame[0],
	   "512 GiB away all three are");
	for (int i = 0; i < 4; i++)
		is(one.entry_refs[i], 1,
		   "what the entry of level %d points to has one reference",
		   4 - i);
	free_pages(p, 1024 * GIB / PAGE);
}

static void
looking(void)
{
	volatile char *p = map_at(BASE, 1024 * GIB, PROT_READ | PROT_WRITE);
	long before;

	*p = 1;
	before = frames(MEM_TABLE);
	ok(!present(p + PAGE) && !present(p + 2 * 1024 * 1024) &&
		   !present(p + GIB) && !present(p + 512 * GIB),
	   "what was not touched is not there, whatever level is missing");
	is(frames(MEM_TABLE) - before, 0, "and looking takes no table");
	free_pages(p, 1024 * GIB / PAGE);
}

/* Touches some pages that share tables, then one in each GiB, until the kernel
 * has nothing left. */
static int
take_all(void *argument)
{
	volatile char *p = map_at(BASE, 16384 * GIB, PROT_READ | PROT_WRITE);
	long first = (long)argument;

	for (long i = 0; i < first; i++)
		p[i * PAGE] = 1;
	for (unsigned long i = 0; i < 16384; i++)
		p[i * GIB] = 1;
	return 0;
}

static void
memory(void)
{
	static struct meminfo before;

	run(take_all, (void *)0); /* what the kernel keeps, it has now */
	for (long first = 1; first <= 4; first++) {
		look(&before);
		is(ending(run(take_all, (void *)first)), 1000 + SIGKILL,
		   "a program that takes all memory is killed");
		all_back(&before, "and all its frames come back, tables too");
		is(quire_audit(), 0, "every reference is accounted for");
	}
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "memory") == 0) {
		memory();
		return done();
	}
	segments();
	rights();
	tables();
	looking();
	is(quire_audit(), 0, "every reference is accounted for");
	return done();
}
