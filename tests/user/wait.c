/*
 * wait4, kill, process groups, orphans. Runs on Linux as well, apart from what
 * psinfo says.
 */
#include <quire.h>

#include "pages.h"

static volatile int *flag;

static int
leave(void *status)
{
	return *(int *)status;
}

static int
sleep_on(void *unused)
{
	(void)unused;
	sleep(1000);
	return 0;
}

static int
spin(void *unused)
{
	volatile int forever = 1;

	(void)unused;
	flag[0]++;
	while (forever)
		;
	return 0;
}

static void
statuses(void)
{
	int three = 3, big = 0x1ff, status = 0;
	pid_t pid = start(leave, &three);

	is(waitpid(pid, &status, 0), pid, "waitpid returns the child");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 3, "and its status");
	fails(waitpid(pid, &status, 0), ECHILD, "but only once");
	is(run(leave, &big), 0xff00, "a status has eight bits");
	pid = start(leave, &three);
	is(waitpid(pid, NULL, 0), pid, "the status need not be asked for");
	fails(waitpid(-1, &status, 0), ECHILD, "without children: ECHILD");
	fails(waitpid(1, &status, 0), ECHILD, "a stranger: ECHILD");
	fails(waitpid(-1, &status, 0x40), EINVAL, "unknown options: EINVAL");
}

static void
without_waiting(void)
{
	pid_t pid = start(sleep_on, NULL);
	int status = 77;

	is(waitpid(pid, &status, WNOHANG), 0, "WNOHANG does not wait");
	is(status, 77, "nor touch the status");
	is(kill(pid, SIGTERM), 0, "kill");
	is(waitpid(pid, &status, 0), pid, "waits for the killed child");
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	   "which was killed by that signal");
}

static void
which(void)
{
	int one = 1, two = 2, status = 0;
	pid_t a = start(leave, &one), b = start(leave, &two), c;

	is(waitpid(b, &status, 0), b, "a certain child");
	is(WEXITSTATUS(status), 2, "and its status");
	is(waitpid(-1, &status, 0), a, "any child: the one that is left");
	a = start(sleep_on, NULL);
	b = start(sleep_on, NULL);
	c = start(leave, &one);
	is(setpgid(a, a), 0, "a group of its own");
	is(setpgid(b, a), 0, "and a second member");
	is(getpgid(b), a, "which getpgid knows");
	is(kill(-a, SIGKILL), 0, "a signal for the group");
	ok(waitpid(-a, &status, 0) > 0 && waitpid(-a, &status, 0) > 0,
	   "both members, waited for by group");
	is(WTERMSIG(status), SIGKILL, "have been killed");
	fails(waitpid(-a, &status, 0), ECHILD, "the group is empty");
	is(waitpid(0, &status, 0), c, "a child of our own group");
}

static void
killing(void)
{
	pid_t pid = start(spin, NULL);

	await(&flag[0], 1);
	is(kill(pid, 0), 0, "signal 0 only asks whether it is there");
	is(kill(pid, SIGKILL), 0, "a process that computes");
	is(ending(finish(pid)), 1000 + SIGKILL, "can be killed");
	fails(kill(pid, 0), ESRCH, "then it is not there any more");
	fails(kill(getpid(), 99), EINVAL, "there is no signal 99");
	fails(kill(999999, SIGKILL), ESRCH, "there is no process 999999");
	pid = start(sleep_on, NULL);
	is(kill(pid, SIGCHLD), 0, "SIGCHLD");
	sleep_ms(20);
	is(waitpid(pid, NULL, WNOHANG), 0, "ends nobody");
	stop(pid);
}

/* Its own child outlives it, and tells who its parent is then. */
static int
die_first(void *unused)
{
	pid_t parent = getpid();

	(void)unused;
	if (fork() == 0) {
		flag[1] = getpid();
		while (getppid() == parent)
			sched_yield();
		flag[2] = getppid();
		flag[3] = 1;
		_exit(0);
	}
	await(&flag[1], 1);
	return 0;
}

static void
orphans(void)
{
	is(run(die_first, NULL), 0, "a parent dies before its child");
	await(&flag[3], 1);
	is(flag[2], 1, "the orphan's parent is process 1");
	for (int i = 0; i < 200 && kill(flag[1], 0) == 0; i++)
		sleep_ms(10);
	fails(kill(flag[1], 0), ESRCH, "which buries it");
}

static void
zombies(void)
{
	int four = 4;
	pid_t pid = start(leave, &four);
	static struct psinfo p;

	sleep_ms(50);
	need(psinfo(pid, &p) == 0 && p.pid == pid, "psinfo");
	is(p.state, 'Z', "a child not waited for is a zombie");
	is(p.pages, 0, "without memory");
	is(kill(pid, SIGKILL), 0, "that can be killed");
	is(ending(finish(pid)), 4, "without changing its status");
}

/* With SIGCHLD ignored nobody has to wait: children are gone by themselves. */
static void
unwanted(void)
{
	static struct meminfo before;
	int four = 4;
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	look(&before);
	for (int i = 0; i < 20; i++) {
		pid = start(leave, &four);
		for (int j = 0; j < 200 && kill(pid, 0) == 0; j++)
			sleep_ms(10);
	}
	fails(kill(pid, 0), ESRCH, "a child nobody wants is buried");
	fails(wait(NULL), ECHILD, "and there is nothing to wait for");
	all_back(&before, "nothing of twenty such children is left");
	signal(SIGCHLD, SIG_DFL);
}

int
main(void)
{
	flag = shared_pages(1);
	statuses();
	without_waiting();
	which();
	killing();
	orphans();
	zombies();
	unwanted();
	return done();
}
