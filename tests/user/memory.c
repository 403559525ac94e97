/*
 * Running out of memory: calls say ENOMEM, a fault kills the program that made
 * it, and afterwards every frame is there again.
 */
#include "pages.h"

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

/* Takes all memory that malloc gives. */
static int
ask(void *unused)
{
	long count = 0;

	(void)unused;
	for (char *p; (p = malloc(100000)); count++)
		memset(p, 1, 100000);
	return count > 100 ? 8 : 9;
}

/* Forks until there is no more memory; the children wait. => 6: fork failed */
static int
multiply(void *unused)
{
	static pid_t pids[20000];
	int n = 0, error = 0;

	(void)unused;
	setpgid(0, 0);
	for (; n < 20000; n++) {
		pids[n] = fork();
		if (pids[n] == 0) {
			sleep(1000);
			_exit(0);
		}
		if (pids[n] < 0) {
			error = errno;
			break;
		}
	}
	for (int i = 0; i < n; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return error == ENOMEM ? 6 : 5;
}

/* If the process was killed, its children are orphans: ends them, too. => how
 * the process ended */
static int
bury_all(pid_t pid)
{
	int status = finish(pid);

	kill(-pid, SIGKILL);
	for (int i = 0; i < 500 && kill(-pid, 0) == 0; i++)
		sleep_ms(10);
	return status;
}

int
main(void)
{
	static struct meminfo before;
	volatile char *mine = new_pages(1);
	int status;

	mine[0] = 42;
	status = run(devour, NULL);
	ok(WIFSIGNALED(status), "a program that touches all memory is killed");
	diag("by signal %d", WTERMSIG(status));
	status = run(ask, NULL);
	ok(WIFSIGNALED(status) || WEXITSTATUS(status) == 8,
	   "a program that asks for all memory");
	status = bury_all(start(multiply, NULL));
	ok(WIFSIGNALED(status) || WEXITSTATUS(status) == 6,
	   "fork without memory is ENOMEM");
	diag("ended with %d", ending(status));
	is(mine[0], 42, "this program has lost nothing");
	/* The kernel keeps the tables of as many kernel stacks as there ever
	 * were: until there are no more, once again. */
	for (int i = 0; i < 5; i++) {
		look(&before);
		bury_all(start(multiply, NULL));
		if (frames(MEM_FREE) >= (long)before.frames[MEM_FREE])
			break;
	}
	all_back(&before, "every frame is back");
	is(quire_audit(), 0, "the audit finds nothing");
	return done();
}
