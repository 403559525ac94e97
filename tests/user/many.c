/*
 * A thousand processes at once, and back.
 */
#include "pages.h"

enum {
	MANY = 1000,
};

static pid_t pids[MANY];
static volatile char *pages;

int
main(void)
{
	volatile int *alive = shared_pages(1);
	static struct psinfo p;
	long before, most;
	int started = 0, seen = 0, killed = 0;

	pages = new_pages(100);
	touch(pages, 100);
	before = frames(MEM_FREE);
	for (int i = 0; i < MANY; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			pages[0] = (char)i;
			__atomic_fetch_add(alive, 1, __ATOMIC_SEQ_CST);
			sleep(1000);
			_exit(0);
		}
		started += pids[i] > 0;
	}
	is(started, MANY, "1,000 forks");
	while (*alive < started)
		sleep_ms(10);
	most = before - frames(MEM_FREE);
	for (pid_t pid = 1; psinfo(pid, &p) == 0; pid = p.pid + 1)
		seen += p.ppid == getpid();
	is(seen, MANY, "all of them are there at once");
	diag("they take %ld frames, %ld.%02ld each", most, most / MANY,
	     most * 100 / MANY % 100);
	is(pages[0], 0, "each wrote its own page");
	for (int i = 0; i < MANY; i++)
		if (pids[i] > 0) {
			kill(pids[i], SIGKILL);
			killed += ending(finish(pids[i])) == 1000 + SIGKILL;
		}
	is(killed, MANY, "all have been killed");
	is(frames(MEM_FREE), before, "every frame is back");
	return done();
}
