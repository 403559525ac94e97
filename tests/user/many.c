/*
 * A thousand processes at once, and back.
 */
#include "pages.h"

enum {
	MANY = 1000,
};

static pid_t pids[MANY];
static volatile char *pages;
static volatile int *alive;

static int
child(int number)
{
	pages[0] = (char)number;
	__atomic_fetch_add(alive, 1, __ATOMIC_SEQ_CST);
	sleep(1000);
	return 0;
}

/* => how many forks succeeded; all of them have run */
static int
start_all(void)
{
	int started = 0;

	*alive = 0;
	for (int i = 0; i < MANY; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(child(i));
		started += pids[i] > 0;
	}
	while (*alive < started)
		sleep_ms(10);
	return started;
}

/* => how many have been killed */
static int
stop_all(void)
{
	int killed = 0;

	for (int i = 0; i < MANY; i++)
		if (pids[i] > 0) {
			kill(pids[i], SIGKILL);
			killed += ending(finish(pids[i])) == 1000 + SIGKILL;
		}
	return killed;
}

int
main(void)
{
	static struct meminfo before;
	static struct psinfo p;
	int seen = 0;
	long most;

	alive = shared_pages(1);
	pages = new_pages(100);
	touch(pages, 100);
	/* The kernel keeps the tables of so many kernel stacks. */
	need(start_all() == MANY && stop_all() == MANY, "a first time");
	need(psinfo(1, &p) == 0, "psinfo, into a page that is there from now");
	look(&before);
	is(start_all(), MANY, "1,000 forks");
	most = (long)before.frames[MEM_FREE] - frames(MEM_FREE);
	for (pid_t pid = 1; psinfo(pid, &p) == 0; pid = p.pid + 1)
		seen += p.ppid == getpid();
	is(seen, MANY, "all of them are there at once");
	diag("they take %ld frames, %ld.%02ld each", most, most / MANY,
	     most * 100 / MANY % 100);
	is(pages[0], 0, "each wrote its own page");
	is(stop_all(), MANY, "all have been killed");
	all_back(&before, "every frame is back");
	return done();
}
