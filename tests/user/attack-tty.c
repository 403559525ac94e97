/*
 * The terminal: who is not in its foreground neither reads it, sets it nor takes
 * it; who is not of its session does not even see whose it is. In Quire this is
 * the console, taken from whoever had it; on Linux a new pseudo-terminal.
 */
#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "attack.h"

#define GET_PTY_NUMBER 0x80045430
#define UNLOCK_PTY     0x40045431
#define TAKE_TERMINAL  0x540e
#define SET_FOREGROUND 0x5410
#define GET_FOREGROUND 0x540f
#define GET_SESSION    0x5429

static int terminal;
static volatile int *told;

static int
open_terminal(void)
{
	char path[40];
	int number = -1, unlock = 0, master;

	if (on_quire())
		return open("/dev/console", O_RDWR);
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	need(ioctl(master, UNLOCK_PTY, &unlock) == 0 &&
		     ioctl(master, GET_PTY_NUMBER, &number) == 0,
	     "a pseudo-terminal");
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	return open(path, O_RDWR | O_NOCTTY);
}

/* How a child in a group of its own was stopped or ended: 2000 and the signal
 * that stopped it. */
static int
in_background(int (*attack)(void *), void *argument)
{
	int status = -1;
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0) {
		setpgid(0, 0);
		_exit(attack(argument));
	}
	setpgid(pid, pid);
	need(waitpid(pid, &status, WUNTRACED) == pid, "waitpid");
	if (!WIFSTOPPED(status))
		return ending(status);
	stop(pid);
	return 2000 + WSTOPSIG(status);
}

static int
read_it(void *ignore)
{
	char c;

	if (ignore)
		signal(SIGTTIN, SIG_IGN);
	return read(terminal, &c, 1) < 0 ? errno : 0;
}

static int
block_and_read(void *unused)
{
	sigset_t all;
	char c;

	(void)unused;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	return read(terminal, &c, 1) < 0 ? errno : 0;
}

static int
grab(void *ignore)
{
	pid_t group = getpid();

	if (ignore)
		signal(SIGTTOU, SIG_IGN);
	return ioctl(terminal, SET_FOREGROUND, &group) < 0 ? errno : 0;
}

static int
set_it(void *unused)
{
	struct termios t;

	(void)unused;
	if (tcgetattr(terminal, &t) < 0)
		return 1;
	return tcsetattr(terminal, TCSANOW, &t) < 0 ? errno : 0;
}

static int
write_it(void *unused)
{
	(void)unused;
	return write(terminal, "", 0) < 0 ? errno : 0;
}

static int
stop_writers(bool yes)
{
	struct termios t;

	if (tcgetattr(terminal, &t) < 0)
		return -1;
	t.c_lflag = (t.c_lflag & ~(tcflag_t)TOSTOP) | (yes ? TOSTOP : 0);
	return tcsetattr(terminal, TCSANOW, &t);
}

static int
foreground(void)
{
	pid_t group = -1;

	return ioctl(terminal, GET_FOREGROUND, &group) < 0 ? -errno : group;
}

static void
background(void)
{
	int mine = getpid();

	is(in_background(read_it, NULL), 2000 + SIGTTIN,
	   "reading in the background stops");
	is(in_background(read_it, &mine), EIO, "or fails");
	is(in_background(block_and_read, NULL), EIO,
	   "also if the signal is blocked");
	is(in_background(set_it, NULL), 2000 + SIGTTOU, "so does setting it");
	is(in_background(grab, NULL), 2000 + SIGTTOU, "and taking it");
	is(foreground(), mine, "it is ours all the time");
	is(in_background(write_it, NULL), 0, "writing is allowed");
	need(stop_writers(true) == 0, "TOSTOP");
	is(in_background(write_it, NULL), 2000 + SIGTTOU,
	   "unless TOSTOP is set");
	need(stop_writers(false) == 0, "TOSTOP");
	is(in_background(grab, &mine), 0,
	   "so is taking it for who ignores the signal, as POSIX says");
	ok(foreground() != mine, "then we are in the background");
	signal(SIGTTOU, SIG_IGN);
	is(ioctl(terminal, SET_FOREGROUND, &mine), 0, "and take it back");
	signal(SIGTTOU, SIG_DFL);
}

/* Nobody could continue it: it is not stopped. */
static int
orphan(void *unused)
{
	char c;

	(void)unused;
	setpgid(0, 0);
	while (getppid() == told[1])
		sched_yield();
	told[0] = read(terminal, &c, 1) < 0 ? errno : -1;
	return 0;
}

static int
leave_orphan(void *unused)
{
	(void)unused;
	told[1] = getpid();
	start(orphan, NULL);
	return 0;
}

static void
orphans(void)
{
	told[0] = 0;
	is(ending(run(leave_orphan, NULL)), 0, "a group without a parent");
	for (int i = 0; i < 500 && !told[0]; i++)
		sleep_ms(10);
	is(told[0], EIO, "is not stopped when it reads, but fails");
}

static int
other_session(void *unused)
{
	pid_t group = getpid();
	int wrong = 0;

	(void)unused;
	setsid();
	wrong |=
		ioctl(terminal, GET_FOREGROUND, &group) == 0 || errno != ENOTTY;
	wrong |= 2 * (ioctl(terminal, SET_FOREGROUND, &group) == 0 ||
		      errno != ENOTTY);
	wrong |= 4 * (ioctl(terminal, TAKE_TERMINAL, 0) == 0 || errno != EPERM);
	wrong |= 8 * (open("/dev/tty", O_RDWR) >= 0 || errno != ENXIO);
	wrong |= 16 *
		 (ioctl(terminal, GET_SESSION, &group) == 0 || errno != ENOTTY);
	told[2] = 1;
	while (!told[3])
		sched_yield();
	return wrong;
}

static int
take(void *unused)
{
	(void)unused;
	return ioctl(terminal, TAKE_TERMINAL, 1) < 0 ? errno : 0;
}

static void
strangers(void)
{
	pid_t pid, bad = -5, none = 4000000;

	told[2] = told[3] = 0;
	pid = start(other_session, NULL);
	await(&told[2], 1);
	fails(ioctl(terminal, SET_FOREGROUND, &pid), EPERM,
	      "giving it to another session");
	told[3] = 1;
	is(ending(finish(pid)), 0, "which neither sees nor takes it");
	fails(ioctl(terminal, SET_FOREGROUND, &none), ESRCH, "to nobody");
	fails(ioctl(terminal, SET_FOREGROUND, &bad), EINVAL, "to less");
	fails(ioctl(terminal, SET_FOREGROUND, 8), EFAULT, "from nowhere");
	fails(ioctl(terminal, GET_FOREGROUND, 8), EFAULT, "to nowhere");
	setpgid(0, 0);
	is(ioctl(terminal, TAKE_TERMINAL, 0), 0,
	   "who has it may take it again");
	is(in_background(take, NULL), EPERM, "but only the session's leader");
	is(foreground(), getpid(), "without any change");
}

/* In a session of its own that has the terminal. */
static int
session(void *unused)
{
	pid_t sid = -1;

	(void)unused;
	setsid();
	terminal = open_terminal();
	need(terminal >= 0 && ioctl(terminal, TAKE_TERMINAL, 1) == 0,
	     "a terminal");
	is(foreground(), getpid(), "a session takes a terminal");
	is(ioctl(terminal, GET_SESSION, &sid) == 0 && sid == getpid(), 1,
	   "whose it then is");
	background();
	orphans();
	strangers();
	return done();
}

int
main(void)
{
	told = shared_pages(1);
	signal(SIGTTOU, SIG_DFL);
	signal(SIGTTIN, SIG_DFL);
	return ending(run(session, NULL));
}
