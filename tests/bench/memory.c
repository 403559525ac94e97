/*
 * Operations on memory: first touches, copies, mappings, signals of faults.
 */
#include "bench.h"

#include <signal.h>

enum {
	RW = PROT_READ | PROT_WRITE,
	ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS,
	RESTORER = 0x04000000, /* SA_RESTORER */
	UCONTEXT_RIP = 168,    /* offset in Linux's ucontext */
	PAGES = 128,	       /* that a round touches */
	UNTOUCHED = 16,	       /* pages of a mapping that nobody touches */
	PRIME = 7919,	       /* a step through all regions */
	MANY = 10000,	       /* regions */
};

/* Linux's own, which the libcs wrap. */
struct kernel_sigaction {
	void (*handler)(int, void *, char *);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

char *
map(size_t size)
{
	return (char *)check(
		"mmap", call6(SYS_mmap, 0, (long)size, RW, ANONYMOUS, -1, 0));
}

void
unmap(char *p, size_t size)
{
	check("munmap", call3(SYS_munmap, (long)p, (long)size, 0));
}

void
touch(char *p, size_t pages, size_t step)
{
	for (size_t i = 0; i < pages; i++)
		((volatile char *)p)[i * step * PAGE] = 1;
}

void
look(const char *p, size_t pages, size_t step)
{
	for (size_t i = 0; i < pages; i++)
		(void)((const volatile char *)p)[i * step * PAGE];
}

char *
map_touched(size_t size)
{
	char *p = map(size);

	touch(p, size / PAGE, 1);
	return p;
}

/* Writes n pages that nobody has touched, next to one that paid for the page
 * tables. */
static uint64_t
anon_fault(unsigned long size, unsigned n)
{
	char *p = map((n + 1) * (size_t)PAGE);
	uint64_t start;

	(void)size;
	touch(p, 1, 1);
	start = cycles();
	touch(p + PAGE, n, 1);
	start = cycles() - start;
	unmap(p, (n + 1) * (size_t)PAGE);
	return start;
}

static uint64_t
sbrk_fault(unsigned long size, unsigned n)
{
	long end = call3(SYS_brk, 0, 0, 0), first = end;
	uint64_t start = cycles(), took;

	(void)size;
	for (unsigned i = 0; i < n; i++) {
		end = call3(SYS_brk, end + PAGE, 0, 0);
		*(volatile char *)(end - PAGE) = 1;
	}
	took = cycles() - start;
	call3(SYS_brk, first, 0, 0);
	return took;
}

static uint64_t
anon_read(unsigned long size, unsigned n)
{
	char *p = map((n + 1) * (size_t)PAGE);
	uint64_t start;

	(void)size;
	look(p, 1, 1);
	start = cycles();
	look(p + PAGE, n, 1);
	start = cycles() - start;
	unmap(p, (n + 1) * (size_t)PAGE);
	return start;
}

static uint64_t
anon_write_after_read(unsigned long size, unsigned n)
{
	char *p = map(n * (size_t)PAGE);
	uint64_t start;

	(void)size;
	look(p, n, 1);
	start = cycles();
	touch(p, n, 1);
	start = cycles() - start;
	unmap(p, n * (size_t)PAGE);
	return start;
}

/* A fork shows the pages too, and still does while we write (owners 1), or has
 * ended (owners 0). Writes to the first and the last page split what the two
 * had in common: Quire shares page tables, and what is shared whole does not
 * fault once it has one owner. */
static uint64_t
cow_fault(unsigned long owners, unsigned n)
{
	size_t size = (n + 2) * (size_t)PAGE;
	char *p = map_touched(size);
	struct sleepers s = sleepers_start(1, NULL);
	uint64_t start, took;

	touch(p, 1, 1);
	touch(p + size - PAGE, 1, 1);
	if (owners == 0)
		sleepers_stop(&s);
	start = cycles();
	touch(p + PAGE, n, 1);
	took = cycles() - start;
	if (owners)
		sleepers_stop(&s);
	unmap(p, size);
	return took;
}

static uint64_t
map_unmap(unsigned long regions, unsigned n)
{
	uint64_t start;

	(void)regions;
	start = cycles();
	for (unsigned i = 0; i < n; i++)
		unmap(map(UNTOUCHED * PAGE), UNTOUCHED * PAGE);
	return cycles() - start;
}

static uint64_t
unmap_touched(unsigned long size, unsigned n)
{
	char *p = map_touched(n * (size_t)PAGE);
	uint64_t start = cycles();

	(void)size;
	unmap(p, n * (size_t)PAGE);
	return cycles() - start;
}

/* Takes the right to write away and gives it back. */
static uint64_t
protect(unsigned long pages, unsigned n)
{
	static char *area;
	uint64_t start;

	/* It lies amidst pages that keep their rights. */
	if (!area)
		area = map_touched((pages + 2) * PAGE) + PAGE;
	start = cycles();
	for (unsigned i = 0; i < n; i++)
		check("mprotect",
		      call3(SYS_mprotect, (long)area, (long)(pages * PAGE),
			    i % 2 ? RW : PROT_READ));
	return cycles() - start;
}

/* Regions of so many pages, which stay apart because every second one may only
 * be read. The first page of each other one is touched: its tables are there. */
static char *
make_regions(unsigned long regions, size_t pages)
{
	static char *made;

	if (made)
		return made;
	made = map(regions * pages * PAGE);
	for (unsigned long i = 0; i < regions; i++) {
		char *p = made + i * pages * PAGE;

		if (i % 2)
			touch(p, 1, 1);
		else
			check("mprotect",
			      call3(SYS_mprotect, (long)p, (long)(pages * PAGE),
				    PROT_READ));
	}
	return made;
}

/* The i-th of the pages below: each in another region than the one before. */
static char *
scattered(char *regions, size_t pages, size_t writable, size_t i)
{
	size_t region = i * PRIME % writable * 2 + 1;

	return regions + (region * pages + 1 + i / writable) * PAGE;
}

static uint64_t
fault_among(unsigned long regions, unsigned n)
{
	size_t writable = regions / 2, pages = 2 + n / writable;
	char *p = make_regions(regions, pages);
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++)
		touch(scattered(p, pages, writable, i), 1, 1);
	start = cycles() - start;
	for (unsigned i = 0; i < n; i++)
		check("madvise",
		      call3(SYS_madvise, (long)scattered(p, pages, writable, i),
			    PAGE, MADV_DONTNEED));
	return start;
}

static uint64_t
map_among(unsigned long regions, unsigned n)
{
	make_regions(regions, 2);
	return map_unmap(0, n);
}

/* Goes on behind the instruction of three bytes below. */
static void
skip(int signal, void *info, char *context)
{
	(void)signal;
	(void)info;
	*(uint64_t *)(void *)(context + UCONTEXT_RIP) += 3;
}

void signal_return(void);
__asm__("signal_return:\n\t"
	"mov $15, %eax\n\t"
	"syscall\n\t");

static uint64_t
sigsegv(unsigned long size, unsigned n)
{
	struct kernel_sigaction action = {
		.handler = skip,
		.flags = SA_SIGINFO | RESTORER,
		.restorer = signal_return,
	};
	uint64_t start;

	(void)size;
	check("rt_sigaction",
	      call6(SYS_rt_sigaction, SIGSEGV, (long)&action, 0, 8, 0, 0));
	start = cycles();
	for (unsigned i = 0; i < n; i++)
		/* movb $1, (%rax) */
		__asm__ volatile(".byte 0xc6, 0x00, 0x01" ::"a"(0) : "memory");
	return cycles() - start;
}

static const struct operation operations[] = {
	{"anon_fault", PAGES, anon_fault, 0, NULL, NULL},
	{"sbrk_fault", PAGES, sbrk_fault, 0, NULL, NULL},
	{"anon_read", PAGES, anon_read, 0, NULL, NULL},
	{"anon_write_after_read", PAGES, anon_write_after_read, 0, NULL, NULL},
	{"cow_copy", PAGES, cow_fault, 1, NULL, NULL},
	{"cow_last_owner", PAGES, cow_fault, 0, NULL, NULL},
	{"mmap_munmap", 64, map_unmap, 0, NULL, NULL},
	{"munmap_touched", PAGES, unmap_touched, 0, NULL, NULL},
	{"mprotect_1", 64, protect, 1, NULL, NULL},
	{"mprotect_256", 8, protect, 256, NULL, NULL},
	{"fault_10_regions", PAGES, fault_among, 10, NULL, NULL},
	{"fault_1000_regions", PAGES, fault_among, 1000, NULL, NULL},
	{"fault_10000_regions", PAGES, fault_among, MANY, NULL, NULL},
	{"mmap_10000_regions", 64, map_among, MANY, NULL, NULL},
	{"sigsegv", 64, sigsegv, 0, NULL, NULL},
};

const struct group memory_group = {
	"memory",
	operations,
	LENGTH(operations),
};
