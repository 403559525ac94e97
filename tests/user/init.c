/*
 * Process 1 has no parent and everybody's orphans: no signal ends or stops it.
 */
#include <quire.h>
#include <sys/syscall.h>

#include "process.h"

/* A grandchild whose parent has ended. => who its parent is now */
static int
orphaned(void *unused)
{
	int fds[2];
	char parent = 0;

	(void)unused;
	need(pipe(fds) == 0, "pipe");
	if (fork() == 0) {
		pid_t middle = getpid();

		if (fork() == 0) {
			while (getppid() == middle)
				sched_yield();
			parent = (char)getppid();
			(void)!write(fds[1], &parent, 1);
		}
		_exit(0);
	}
	need(read(fds[0], &parent, 1) == 1, "read");
	return parent;
}

/* A child that ends without a signal leaves one behind that will, too.
 * => whether process 1 buries both sorts all the same */
static int
buried(int dead)
{
	volatile pid_t *pid = shared_pages(1);

	if (fork() == 0) {
		pid_t child = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);

		if (child == 0) {
			while (!dead && getppid() != 1)
				sched_yield();
			_exit(0);
		}
		*pid = child;
		for (int i = 0; dead && i < 10; i++)
			sleep_ms(1);
		_exit(0);
	}
	wait(NULL);
	for (int i = 0; i < 500 && kill(*pid, 0) == 0; i++)
		sleep_ms(10);
	return kill(*pid, 0) < 0 && errno == ESRCH;
}

int
main(void)
{
	struct psinfo init;
	int heard = 0;

	for (int signal = 0; signal <= 64; signal++)
		heard += kill(1, signal) == 0;
	is(heard, 65, "every signal may be sent to process 1");
	ok(psinfo(1, &init) == 0 && (init.state == 'R' || init.state == 'S'),
	   "it neither ends nor stops");
	is(ending(run(orphaned, NULL)), 1, "and orphans go to it");
	ok(buried(0), "which buries one that would end without SIGCHLD");
	ok(buried(1), "or has ended so before");
	return done();
}
