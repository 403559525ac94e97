/* Process groups, sessions, and the terminal that is not there. */
#include <sys/ioctl.h>
#include <termios.h>

#include "case.h"

static int tube[2];

static void
wait_for_end(void)
{
	char c;

	close(tube[1]);
	while (read(tube[0], &c, 1) > 0)
		;
}

CASE(own_group_and_session)
{
	show(getpgrp() == getpid());
	show(getsid(0) == getpid());
	show(getpgid(0) == getpgrp());
	show(getpgid(getpid()) == getpgrp());
	show(getsid(getpid()) == getsid(0));
	show(getpgid(999999));
	show(getsid(999999));
	show(getpgid(-1));
	show(setsid()); /* already a leader */
	show(setpgid(0, 0));
}

static void
say_groups(void)
{
	show(getpgrp() == getppid());
	show(getsid(0) == getppid());
	show(setpgid(0, 0));
	show(getpgrp() == getpid());
	show(getsid(0) == getppid());
}

static void
new_session(void)
{
	show(setsid() == getpid());
	show(getpgrp() == getpid());
	show(getsid(0) == getpid());
	show(open("/dev/tty", O_RDWR));
}

CASE(groups_of_children)
{
	finish(start(say_groups));
	finish(start(new_session));
}

CASE(setpgid_errors)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(wait_for_end);
	show(setpgid(pid, pid));
	show(getpgid(pid) == pid);
	show(setpgid(pid, getpgrp()));
	show(getpgid(pid) == getpgrp());
	show(setpgid(pid, 999999));
	show(setpgid(999999, 0));
	show(setpgid(-1, 0));
	show(setpgid(pid, -1));
	show(setpgid(getppid(), 0));
	show(setpgid(getpid(), pid)); /* a session's leader stays */
	close(tube[1]);
	finish(pid);
}

static void
become_other(void)
{
	execl("/proc/self/exe", "groups", "sleep_a_while", NULL);
}

CASE(sleep_a_while)
{
	sleep_ms(300);
}

CASE(setpgid_after_exec)
{
	pid_t pid = start(become_other);

	until_asleep(pid); /* in there */
	show(setpgid(pid, pid));
	finish(pid);
}

CASE(kill_a_group)
{
	pid_t one, two, three;

	need(pipe(tube));
	one = start(wait_for_end);
	two = start(wait_for_end);
	three = start(wait_for_end);
	need(setpgid(one, one));
	need(setpgid(two, one));
	show(kill(-one, 0));
	show(kill(-one, SIGTERM));
	finish(one);
	finish(two);
	show(kill(-one, SIGTERM));
	show(waitpid(three, NULL, WNOHANG));
	close(tube[1]);
	finish(three);
}

CASE(wait_for_a_group)
{
	int status;
	pid_t one, two;

	need(pipe(tube));
	one = start(wait_for_end);
	two = start(wait_for_end);
	need(setpgid(one, one));
	show(waitpid(-one, &status, WNOHANG));
	show(waitpid(0, &status, WNOHANG));
	close(tube[1]);
	show(waitpid(-one, &status, 0) == one);
	show(waitpid(-one, &status, 0));
	show(waitpid(0, &status, 0) == two);
	show(waitpid(0, &status, 0));
}

CASE(no_controlling_terminal)
{
	struct termios t;

	show(open("/dev/tty", O_RDWR));
	show(tcgetpgrp(0));
	show(tcsetpgrp(0, getpgrp()));
	show(tcgetattr(0, &t));
	show(isatty(0));
	show(ioctl(0, TIOCSCTTY, 0));
	need(pipe(tube));
	show(tcgetpgrp(tube[0]));
	show(tcgetpgrp(99));
}

static void
group_leader_ends(void)
{
	pid_t pid;

	setpgid(0, 0);
	pid = fork();
	if (pid == 0) {
		close(tube[0]);
		signal(SIGHUP, SIG_DFL);
		raise(SIGSTOP); /* an orphaned group is hung up and continued */
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	_exit(0);
}

CASE(orphaned_stopped_group_is_hung_up)
{
	char c;

	need(pipe(tube));
	finish(start(group_leader_ends));
	close(tube[1]);
	show(read(tube[0], &c, 1)); /* the stopped one is gone too */
}
