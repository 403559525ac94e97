/*
 * The allocator under a running system: processes come and go, memory runs out
 * and comes back.
 */
#include "pages.h"
#include "tests/labs/look.h"

static int
use_some(void *unused)
{
	volatile char *p = new_pages(64);

	(void)unused;
	touch(p, 64);
	return 0;
}

/* Touches memory until it is killed. */
static int
devour(void *unused)
{
	(void)unused;
	while (1) {
		void *p = mmap(NULL, 256 * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return 7;
		touch(p, 256);
	}
}

static void
come_and_go(void)
{
	static struct meminfo before;
	int fine = 0;

	run(use_some, NULL);
	look(&before);
	for (int i = 0; i < 20; i++)
		fine += run(use_some, NULL) == 0;
	is(fine, 20, "20 processes with 64 pages each come and go");
	all_back(&before, "their frames are free again");
}

static void
run_out(void)
{
	static struct meminfo before;
	int status;

	look(&before);
	for (int i = 1; i <= 2; i++) {
		status = run(devour, NULL);
		ok(WIFSIGNALED(status),
		   "a program that touches all memory is killed, time %d", i);
		all_back(&before, i == 1 ? "and every frame comes back"
					 : "and every frame comes back again");
	}
	is(run(use_some, NULL), 0, "afterwards programs run as before");
}

/* The first page of several: the frames freed after its own are used before. */
static void
give_back(void)
{
	volatile char *p = new_pages(16);
	uint64_t frame;

	memset((void *)(uintptr_t)p, 0x77, 16 * PAGE);
	frame = page_of(0, p).frame;
	look_at("mine", p);
	free_pages(p, 16);
	look_at("gone", p);
	look_at_frame("freed", frame);
	ok(1, "the grader looked");
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "outside") == 0)
		give_back();
	else if (argc > 1 && strcmp(argv[1], "exhaust") == 0)
		run_out();
	else
		come_and_go();
	return done();
}
