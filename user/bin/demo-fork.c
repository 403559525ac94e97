/*
 * Fork (CS:APP 9.8.2): both see the same frames until one of them writes.
 *
 * In Quire page tables are shared like pages: fork copies the root alone, so it
 * costs the same for 16 pages and for 4,096; a write copies what lies on its
 * way, if somebody else can see it.
 */
#include <sys/mman.h>

#include "demo.h"

enum {
	SMALL = 16,
	LARGE = 4096,
	TRIES = 5,
};

static volatile char *pages;

/* A child that does nothing. */
static pid_t
start(void)
{
	pid_t pid = fork();

	demo_check(pid >= 0, "fork");
	if (pid == 0)
		while (1)
			sleep(1000);
	return pid;
}

/* How many frames there are more when fork has returned. The least of several
 * tries: the child may already have run, and written its stack. */
static unsigned long
measure(void)
{
	unsigned long least = ~0ul;

	for (int i = 0; i < TRIES; i++) {
		unsigned long before = demo_used(), cost;
		pid_t pid = start();

		cost = demo_used() - before;
		demo_stop(pid);
		if (cost < least)
			least = cost;
	}
	return least;
}

static void
print_path(const char *when, const struct pageinfo *a, const struct pageinfo *b)
{
	printf("  %-26s 0x%05lx  %u %u %u %u      0x%05lx  %u %u %u %u\n", when,
	       (unsigned long)a->frame, a->entry_refs[0], a->entry_refs[1],
	       a->entry_refs[2], a->entry_refs[3], (unsigned long)b->frame,
	       b->entry_refs[0], b->entry_refs[1], b->entry_refs[2],
	       b->entry_refs[3]);
}

/* Prints the first page and its neighbour in both processes, before and after
 * this one writes to the first. */
static void
write_beside(pid_t child)
{
	static struct pageinfo mine, its, mine_after, its_after, next, its_next;
	unsigned long before;

	printf("  %-26s %-18s     %s\n", "", "this process", "its child");
	printf("  %-26s %-18s     %s\n", "page 0", "frame    references",
	       "frame    references");
	mine = demo_page(0, pages);
	its = demo_page(child, pages);
	print_path("after fork", &mine, &its);
	before = demo_frames(MEM_PAGE);
	pages[0] = 2;
	before = demo_frames(MEM_PAGE) - before;
	mine_after = demo_page(0, pages);
	its_after = demo_page(child, pages);
	print_path("after a write on the left", &mine_after, &its_after);
	next = demo_page(0, pages + DEMO_PAGE);
	its_next = demo_page(child, pages + DEMO_PAGE);
	print_path("page 1, not written", &next, &its_next);
	puts("\n  (references: of the three tables on the way, and the page)\n");
	demo_claim(mine.frame == its.frame && !mine.writable && !its.writable,
		   "after fork both see the same frame, and none may write it");
	demo_claim(before == 1 && mine_after.frame != its_after.frame &&
			   its_after.frame == its.frame,
		   "the write copied one page; the child's is as it was");
	demo_claim(next.frame == its_next.frame, "the other pages stay shared");
}

static void
last_owner(void)
{
	struct pageinfo before = demo_page(0, pages + DEMO_PAGE), after;
	unsigned long frames = demo_frames(MEM_PAGE);

	pages[DEMO_PAGE] = 2;
	frames = demo_frames(MEM_PAGE) - frames;
	after = demo_page(0, pages + DEMO_PAGE);
	demo_claim(after.frame == before.frame && frames == 0 && after.writable,
		   "the child is gone: the last owner keeps page 1, no copy");
}

int
main(void)
{
	unsigned long small, large;
	pid_t child;

	puts("Fork: the same frames, until one of the two writes.\n");
	pages = mmap(NULL, LARGE * DEMO_PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	demo_check(pages != MAP_FAILED, "mmap");
	fflush(stdout);
	for (int i = 0; i < SMALL; i++)
		pages[i * DEMO_PAGE] = 1;
	small = measure();
	for (int i = 0; i < LARGE; i++)
		pages[i * DEMO_PAGE] = 1;
	large = measure();
	printf("  fork with %4d pages touched: %lu frames\n", SMALL, small);
	printf("  fork with %4d pages touched: %lu frames (tables, kernel stack,"
	       "\n  and what this process has written since)\n\n",
	       LARGE, large);
	fflush(stdout);
	child = start();
	demo_settle(child, "demo-fork");
	write_beside(child);
	/* One more: the turn ended before the child slept. */
	demo_claim(large <= small + 1, "fork takes no more frames for 16 MiB "
				       "than for 64 KiB");
	demo_stop(child);
	last_owner();
	return demo_end();
}
