/*
 * Fork: what lies on the way of a write is copied, and nothing else.
 */
#include <fcntl.h>
#include <limits.h>

#include "pages.h"

enum {
	SMALL = 16,    /* 64 KiB */
	LARGE = 16384, /* 64 MiB */
};

static volatile char *pages;
static volatile int *flag;    /* shared with the children */
static struct pageinfo *seen; /* shared with the children */

static int
sleep_on(void *unused)
{
	(void)unused;
	while (1)
		sleep(1000);
	return 0;
}

static long
used(void)
{
	static struct meminfo m;

	/* Twice: the first may have to copy the page that m is in. */
	need(meminfo(&m) == 0 && meminfo(&m) == 0, "meminfo");
	return (long)(m.frames[MEM_TABLE] + m.frames[MEM_HEAP] +
		      m.frames[MEM_STACK] + m.frames[MEM_PAGE]);
}

/* Frames that a fork takes, with what the child needs to fall asleep: the least
 * of a few, since a turn that ends in between may cost one more. */
static long
cost_of_fork(void)
{
	long least = LONG_MAX;

	for (int i = 0; i < 4; i++) {
		long before = used(), cost;
		pid_t pid = start(sleep_on, NULL);

		settle(pid, "fork");
		cost = used() - before;
		stop(pid);
		least = cost < least ? cost : least;
	}
	return least;
}

static void
constant_cost(void)
{
	long small, large;

	touch(pages, SMALL);
	(void)cost_of_fork(); /* the tables of a kernel stack stay */
	small = cost_of_fork();
	touch(pages, LARGE);
	large = cost_of_fork();
	diag("fork takes %ld frames with 64 KiB, %ld with 64 MiB", small,
	     large);
	/* One more or less: a turn may end before the child has slept. Tables
	 * for 64 MiB would be 32. */
	ok(large <= small + 1 && small <= large + 1,
	   "fork takes as many frames with 64 MiB touched as with 64 KiB");
}

/* Tells the parent what the child sees, before and after a write. */
static int
look_and_write(void *unused)
{
	(void)unused;
	seen[0] = page_of(0, pages);
	flag[0] = 1;
	await(&flag[1], 1);
	seen[1] = page_of(0, pages);
	pages[PAGE] = 77;
	seen[2] = page_of(0, pages + PAGE);
	return pages[0] == 1 ? 0 : 1;
}

static void
write_copies_one_page(void)
{
	struct pageinfo before, after;
	long count;
	pid_t pid;

	flag[0] = flag[1] = 0;
	pages[0] = pages[PAGE] = 1;
	before = page_of(0, pages);
	pid = start(look_and_write, NULL);
	await(&flag[0], 1);
	is(seen[0].frame, before.frame, "after fork both show the same frame");
	ok(!page_of(0, pages).writable && !seen[0].writable,
	   "neither may write it");
	count = frames(MEM_PAGE);
	pages[0] = 2;
	is(frames(MEM_PAGE) - count, 1, "a write copies one page");
	after = page_of(0, pages);
	ok(after.frame != before.frame && after.writable,
	   "the writer has a new frame and may write it");
	count = frames(MEM_PAGE);
	pages[1] = 2;
	is(frames(MEM_PAGE) - count, 0, "the second write copies nothing");
	flag[1] = 1;
	is(ending(finish(pid)), 0, "the child does not see what was written");
	is(seen[1].frame, before.frame, "the child keeps the old frame");
	ok(seen[2].frame != page_of(0, pages + PAGE).frame,
	   "the child's write got the child a frame of its own");
	is(pages[PAGE], 1, "which the parent does not see");
}

static void
last_owner_keeps(void)
{
	struct pageinfo before = page_of(0, pages + 2 * PAGE), after;
	pid_t pid = start(sleep_on, NULL);
	long count;

	ok(!page_of(0, pages + 2 * PAGE).writable,
	   "a child makes the parent's pages read-only");
	stop(pid);
	count = frames(MEM_PAGE);
	pages[2 * PAGE] = 9;
	after = page_of(0, pages + 2 * PAGE);
	is(after.frame, before.frame,
	   "when the child is gone the last owner keeps the frame");
	is(frames(MEM_PAGE) - count, 0, "without a copy");
	is(after.refs, 1, "and nobody else sees it");
}

static int
write_shared(void *p)
{
	volatile char *block = p;

	if (block[0] != 5)
		return 1;
	block[0] = 6;
	block[PAGE] = 7;
	seen[0] = page_of(0, block);
	seen[1] = page_of(0, block + PAGE);
	return 0;
}

static void
shared_stays_shared(void)
{
	volatile char *block = shared_pages(2);

	block[0] = 5;
	is(ending(run(write_shared, (void *)(uintptr_t)block)), 0,
	   "a child sees what the parent wrote to a shared block");
	is(block[0], 6, "and the parent what the child wrote");
	is(seen[0].frame, page_of(0, block).frame, "in the same frame");
	is(block[PAGE], 7, "also where the child touched the page first");
	is(seen[1].frame, page_of(0, block + PAGE).frame, "in one frame, too");
	is(page_of(0, block).source, PAGE_SHARED, "whose source is shared");
	need(munmap((void *)(uintptr_t)block, 2 * PAGE) == 0, "munmap");
}

static int
grandchild(void *unused)
{
	(void)unused;
	pages[3 * PAGE] = 3;
	return pages[4 * PAGE] == 2 ? 0 : 1;
}

static int
child(void *unused)
{
	int status;

	(void)unused;
	pages[4 * PAGE] = 2;
	status = run(grandchild, NULL);
	return status == 0 && pages[3 * PAGE] == 1 ? 0 : 1;
}

static int
cut_and_protect(void *unused)
{
	void *p = (void *)(uintptr_t)pages;

	(void)unused;
	if (munmap(p, 1000 * PAGE) ||
	    mprotect((char *)p + 1000 * PAGE, 1000 * PAGE, PROT_NONE))
		return 1;
	pages[2000 * PAGE] = 5;
	return 0;
}

static void
generations(void)
{
	long sum = 0;

	pages[3 * PAGE] = pages[4 * PAGE] = 1;
	is(ending(run(child, NULL)), 0, "each generation sees its own writes");
	ok(pages[3 * PAGE] == 1 && pages[4 * PAGE] == 1,
	   "and the first none of the later ones'");
	touch(pages, LARGE);
	is(ending(run(cut_and_protect, NULL)), 0,
	   "a child unmaps and protects what it inherited");
	for (int i = 0; i < LARGE; i++)
		sum += pages[i * PAGE] != (char)i;
	is(sum, 0, "the parent's memory is as it was");
}

/* The kernel copies the page with string instructions; its flags are its own. */
static void
copies_forwards(void)
{
	int sum = 0;
	pid_t pid;

	for (int i = 0; i < PAGE; i++)
		pages[i] = (char)i;
	pid = start(sleep_on, NULL);
	__asm__ volatile("std; movb %1, %0; cld"
			 : "+m"(pages[PAGE / 2])
			 : "i"((char)(PAGE / 2))
			 : "cc");
	for (int i = 0; i < PAGE; i++)
		sum += pages[i] != (char)i;
	is(sum, 0, "whatever flags the program has");
	stop(pid);
}

static int
spin(void *unused)
{
	while (!unused)
		;
	return 0;
}

/* Children that nobody asks for, buried before their parent has its turn. */
static int
vfork_unwanted(void *unused)
{
	pid_t busy[2] = {start(spin, unused), start(spin, unused)}, pid = 1;

	signal(SIGCHLD, SIG_IGN);
	for (int i = 0; i < 10 && pid > 0; i++) {
		pid = vfork();
		if (pid == 0)
			_exit(0);
	}
	kill(busy[0], SIGKILL);
	kill(busy[1], SIGKILL);
	return pid > 0;
}

static int
vfork_child_status(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execl("/test/helper-exit", "helper-exit", "5", (char *)NULL);
		_exit(127);
	}
	return finish(pid);
}

int
main(void)
{
	pages = new_pages(LARGE);
	flag = shared_pages(1);
	seen = shared_pages(1);
	constant_cost();
	write_copies_one_page();
	last_owner_keeps();
	shared_stays_shared();
	generations();
	copies_forwards();
	is(ending(vfork_child_status()), 5, "vfork and execve work together");
	is(ending(run(vfork_unwanted, NULL)), 1,
	   "vfork returns when its child is buried already");
	return done();
}
