/* fork, exit, wait, exec, and who is whose child. */
#include <sys/mman.h>
#include <sys/resource.h>

#include "case.h"

static void
end_with_7(void)
{
	_exit(7);
}

static void
end_by_signal(void)
{
	kill(getpid(), SIGKILL);
	sleep_ms(10000);
}

static void
sleep_long(void)
{
	sleep_ms(60000);
}

CASE(how_children_end)
{
	finish(start(end_with_7));
	finish(start(end_by_signal));
	finish(start(abort));
}

static void
exit_with_big_status(void)
{
	_exit(0x12345);
}

CASE(status_has_eight_bits)
{
	finish(start(exit_with_big_status));
}

CASE(wait_errors)
{
	int status;
	pid_t pid;

	show(wait(&status));
	show(waitpid(-1, &status, WNOHANG));
	show(waitpid(getpid(), &status, 0));
	show(waitpid(getppid(), &status, 0));
	show(waitpid(999999, &status, 0));
	pid = start(end_with_7);
	show(waitpid(pid, &status, 0x10000));
	show(waitpid(pid + 1, &status, 0));
	show(waitpid(-pid, &status, 0));
	show(syscall(SYS_wait4, pid, BAD, 0, NULL));
	show(waitpid(pid, &status, 0));
	show(waitpid(INT_MIN, &status, 0));
}

CASE(wait_without_hanging)
{
	int status = 77;
	pid_t pid = start(sleep_long);

	show(waitpid(pid, &status, WNOHANG));
	show(waitpid(-1, &status, WNOHANG));
	show(status);
	show(kill(pid, SIGKILL));
	show(waitpid(pid, &status, 0) == pid);
	show_status(status);
	show(waitpid(pid, &status, WNOHANG));
}

CASE(wait_for_any_of_many)
{
	int status, sum = 0;

	for (int i = 0; i < 10; i++)
		need(start(end_with_7));
	for (int i = 0; i < 10; i++) {
		need(wait(&status));
		sum += WEXITSTATUS(status);
	}
	show(sum);
	show(wait(&status));
}

CASE(zombie_can_be_signalled_and_waited)
{
	pid_t pid = start(end_with_7);

	await_end(pid);
	show(kill(pid, 0));
	show(kill(pid, SIGKILL));
	finish(pid);
	show(kill(pid, 0));
}

CASE(wait_with_usage)
{
	struct rusage usage;
	int status;
	pid_t pid = start(end_with_7);

	memset(&usage, 0xff, sizeof(usage));
	show(wait4(pid, &status, 0, &usage) == pid);
	show(usage.ru_utime.tv_sec);
	pid = start(end_with_7);
	show(syscall(SYS_wait4, pid, &status, 0, BAD));
}

CASE(wait_by_id)
{
	siginfo_t info;
	pid_t pid = start(end_with_7);

	memset(&info, 0, sizeof(info));
	show(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	show(info.si_pid == pid);
	show(info.si_code);
	show(info.si_status);
	show(info.si_signo);
	show(waitid(P_ALL, 0, &info, WEXITED));
	show(waitid(P_ALL, 0, &info, WEXITED));
	show(waitid(P_PID, (id_t)pid, &info, 0));
	show(waitid(77, 0, &info, WEXITED));
	pid = start(end_by_signal);
	show(waitid(P_PID, (id_t)pid, &info, WEXITED));
	show(info.si_code);
	show(info.si_status);
	pid = start(sleep_long);
	info.si_pid = 5;
	show(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG));
	show(info.si_pid);
	show(kill(pid, SIGKILL));
	show(syscall(SYS_waitid, P_PID, pid, NULL, WEXITED, NULL));
}

static int tube[2];

static void
report_parent(void)
{
	pid_t parent = getppid();

	need(write(tube[1], &parent, sizeof(parent)));
}

static void
leave_an_orphan(void)
{
	pid_t before = getpid();

	if (fork() == 0) {
		while (getppid() == before)
			sleep_ms(1);
		need(write(tube[1], "adopted", 7));
		_exit(0);
	}
	_exit(0);
}

CASE(parents)
{
	char text[10] = "";
	pid_t parent;

	need(pipe(tube));
	finish(start(report_parent));
	need(read(tube[0], &parent, sizeof(parent)));
	show(parent == getpid());
	finish(start(leave_an_orphan));
	show(read(tube[0], text, 7));
	puts(text);
}

CASE(ignored_children_leave_no_zombies)
{
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	pid = start(end_with_7);
	show(waitpid(pid, NULL, 0));
	show(wait(NULL));
}

CASE(vfork_waits_for_the_child)
{
	static volatile int order;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		order = 1; /* the parent's own memory */
		_exit(3);
	}
	show(order);
	show(waitpid(pid, &status, 0) == pid);
	show_status(status);
}

/* The child goes on in the memory of a process that is dead. */
CASE(vfork_outlives_its_parent)
{
	int ends[2], status;
	char c = 0;
	pid_t pid;

	pipe(ends);
	pid = fork();
	if (pid == 0 && vfork() == 0) {
		kill(getppid(), SIGKILL);
		sleep_ms(50);
		write(ends[1], "x", 1);
		_exit(0);
	}
	close(ends[1]);
	show(waitpid(pid, &status, 0) == pid);
	show_status(status);
	show(read(ends[0], &c, 1));
	show(c);
	show(read(ends[0], &c, 1));
}

CASE(vfork_and_exec)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execl("missing", "missing", NULL);
		_exit(errno == ENOENT ? 5 : 6);
	}
	show(waitpid(pid, &status, 0) == pid);
	show_status(status);
}

CASE(posix_clone_flags)
{
	int status;
	pid_t told = 0;
	long pid = syscall(SYS_clone, SIGCHLD | 0x00100000 /* PARENT_SETTID */,
			   0, &told, 0, 0);

	if (pid == 0)
		_exit(4);
	show(told == pid);
	show(waitpid((pid_t)pid, &status, 0) == pid);
	show_status(status);
	show(syscall(SYS_clone, 0x10000 | SIGCHLD, 0, 0, 0, 0)); /* THREAD */
	show(syscall(SYS_clone, 0x800 | SIGCHLD, 0, 0, 0, 0));	 /* SIGHAND */
}

CASE(fork_copies_everything)
{
	static int data = 1;
	int stack = 2, *heap = malloc(sizeof(int));
	pid_t pid;

	*heap = 3;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		data = stack = *heap = 9;
		printf("%d %d %d\n", data, stack, *heap);
		fflush(stdout);
		_exit(0);
	}
	finish(pid);
	printf("%d %d %d\n", data, stack, *heap);
}

CASE(deep_families)
{
	int status = 0;

	for (int depth = 0; depth < 20; depth++) {
		pid_t pid = fork();

		if (pid > 0) {
			need(waitpid(pid, &status, 0));
			if (depth == 0)
				show_status(status);
			else
				_exit(WEXITSTATUS(status) + 1);
			return;
		}
	}
	_exit(0);
}

CASE(many_children_at_once)
{
	int ended = 0;

	for (int i = 0; i < 40; i++)
		need(start(end_with_7));
	while (wait(NULL) > 0)
		ended++;
	show(ended);
}

CASE(exit_flushes_but_underscore_exit_does_not)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		printf("flushed\n");
		exit(0);
	}
	finish(pid);
	pid = fork();
	if (pid == 0) {
		printf("lost\n");
		_exit(0);
	}
	finish(pid);
}

static void
first(void)
{
	printf("first registered\n");
}

static void
second(void)
{
	printf("second registered\n");
}

CASE(functions_at_exit)
{
	atexit(first);
	atexit(second);
	exit(3);
}
