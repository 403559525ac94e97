/*
 * A pager in user space: a program that handles its own page faults.
 *
 * It reserves more memory than it wants to use, all of it out of reach. The
 * first touch of a page faults; the handler of SIGSEGV "reads the page from disk"
 * (computes it) and lets the instruction run again. At most FEW pages are kept:
 * the oldest makes room, and madvise gives its frame back. What the kernel does
 * for programs, a program does for itself, with mprotect as its page table.
 */
#include <sys/mman.h>

#include "demo.h"

enum {
	PAGES = 64,
	FEW = 8,
};

static char *memory;
static int queue[PAGES * 2]; /* pages brought in, oldest first */
static int brought, dropped;
static int wrong_code; /* faults that were none of ours */

/* What the disk holds: every word of page n says n. */
static void
read_page(int n, int *to)
{
	for (int i = 0; i < DEMO_PAGE / (int)sizeof(int); i++)
		to[i] = n;
}

static void
drop_oldest(void)
{
	char *page = memory + queue[dropped++] * DEMO_PAGE;

	demo_check(madvise(page, DEMO_PAGE, MADV_DONTNEED) == 0, "madvise");
	demo_check(mprotect(page, DEMO_PAGE, PROT_NONE) == 0, "mprotect");
}

static void
page_fault(int signal, siginfo_t *info, void *context)
{
	long offset = (char *)info->si_addr - memory;
	int n = (int)(offset / DEMO_PAGE);
	char *page = memory + n * DEMO_PAGE;

	(void)signal, (void)context;
	if (offset < 0 || n >= PAGES) {
		write(2, "demo-pager: a fault of its own\n", 31);
		_exit(2);
	}
	wrong_code += info->si_code != SEGV_ACCERR;
	if (brought - dropped == FEW)
		drop_oldest();
	demo_check(mprotect(page, DEMO_PAGE, PROT_READ | PROT_WRITE) == 0,
		   "mprotect");
	read_page(n, (int *)page);
	queue[brought++] = n;
}

static int
resident(void)
{
	int n = 0;

	for (int i = 0; i < PAGES; i++)
		n += demo_page(0, memory + i * DEMO_PAGE).present;
	return n;
}

static void
install(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	action.sa_sigaction = page_fault;
	demo_check(sigaction(SIGSEGV, &action, NULL) == 0, "sigaction");
	memory = mmap(NULL, PAGES * DEMO_PAGE, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	demo_check(memory != MAP_FAILED, "mmap");
}

/* Reads one word of each page, twice. => how many were wrong */
static int
read_all(void)
{
	int wrong = 0;

	for (int i = 0; i < 2 * PAGES; i++) {
		const volatile int *page =
			(int *)(memory + i % PAGES * DEMO_PAGE);

		wrong += page[i] != i % PAGES;
	}
	return wrong;
}

int
main(void)
{
	int untouched, again, wrong;

	puts("A pager: the program itself answers its page faults.\n");
	fflush(stdout);
	install();
	untouched = resident();
	wrong = read_all();
	printf("  %d pages, read twice: %d faults, %d pages dropped, %d "
	       "frames now\n\n",
	       PAGES, brought, dropped, resident());
	demo_claim(untouched == 0, "before the first touch there is no frame");
	demo_claim(wrong == 0, "every word read was what the disk holds");
	demo_claim(wrong_code == 0, "each fault said: there is a mapping, it "
				    "forbids this (SEGV_ACCERR)");
	demo_claim(brought == 2 * PAGES && resident() == FEW,
		   "%d frames served %d pages; the rest came again when asked",
		   FEW, PAGES);
	again = brought;
	memory[(PAGES - 1) * DEMO_PAGE] = 1;
	demo_claim(brought == again, "a page that is there does not fault");
	return demo_end();
}
