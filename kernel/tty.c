/*
 * The terminal as programs see it: reads that wait for input, settings, and the
 * process group that ^C is meant for.
 *
 * Owns: the one terminal.
 */
#include "kernel/tty.h"

#include "kernel/file.h"
#include "kernel/line.h"
#include "kernel/poll.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/string.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/user.h"

enum {
	COPY = 256,	   /* bytes moved at a time, on the stack */
	TENTH = 100000000, /* of a second in ns: the unit of VTIME */
};

static struct {
	struct line line;
	struct winsize winsize;
	pid_t session;	  /* whose terminal it is; 0: nobody's */
	pid_t foreground; /* process group that may read, and that ^C is for */
	struct wait_queue readers;
} tty;

void
tty_init(void)
{
	line_init(&tty.line);
	tty.winsize = (struct winsize){.ws_row = 24, .ws_col = 80};
	wait_queue_init(&tty.readers);
}

void
tty_input(char c)
{
	int signal = line_input(&tty.line, c);

	if (signal && tty.foreground > 0)
		signal_send_group(tty.foreground, signal);
	if (line_ready(&tty.line))
		wait_wake(&tty.readers);
}

/* Until when a read may wait, as termios(3) says for VMIN and VTIME. => 0: not
 * at all */
static uint64_t
deadline(void)
{
	const uint8_t *cc = tty.line.termios.c_cc;

	if (line_local(&tty.line, ICANON))
		return TIMEOUT_NEVER;
	if (cc[VTIME] && (cc[VMIN] == 0 || line_ready(&tty.line)))
		return timer_now() + (uint64_t)cc[VTIME] * TENTH;
	return cc[VMIN] ? TIMEOUT_NEVER : 0;
}

/* How many characters a read of len bytes waits for. */
static size_t
enough(size_t len)
{
	size_t min = tty.line.termios.c_cc[VMIN];

	if (line_local(&tty.line, ICANON) || min == 0)
		return 1;
	return min_u64(min, len);
}

/* Sleeps until there are more than `ready` characters, or the time has come. */
static int
await_more(size_t ready, uint64_t until)
{
	int error = 0;

	while (!error && line_ready(&tty.line) == ready && timer_now() < until)
		error = wait_sleep_until(&tty.readers, until);
	return error;
}

/* Whether the current process belongs to the terminal's session, but not to the
 * group in its foreground. */
static bool
in_background(void)
{
	const struct process *p = process_current();

	return tty.session == p->sid && tty.foreground != p->pgid;
}

/* A process in the background wants what only the foreground may have: it gets
 * this signal, or, if it would not even see it, an error.
 * => 0: it may go on */
static int
job_control(int signal)
{
	struct process *p = process_current();
	bool deaf = thread_current()->blocked & signal_bit(signal) ||
		    signal_effect(p, signal) == SIGNAL_IGNORE;

	if (!in_background() || (signal == SIGTTOU && deaf))
		return 0;
	if (deaf || process_group_orphaned(p->pgid))
		return -EIO;
	signal_send_group(p->pgid, signal);
	return -ERESTART;
}

/* Sleeps until a read of len bytes has something to return. */
static int
await_input(const struct file *f, size_t len)
{
	size_t ready;

	while ((ready = line_ready(&tty.line)) < enough(len)) {
		uint64_t until = deadline();
		int error;

		if (f->flags & O_NONBLOCK)
			return ready ? 0 : -EAGAIN;
		if (until == 0)
			return 0;
		error = await_more(ready, until);
		if (error)
			return error;
		if (until != TIMEOUT_NEVER && line_ready(&tty.line) == ready)
			return 0;
	}
	return 0;
}

static long
tty_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	struct space *s = process_current()->space;
	size_t done = 0;
	bool end = false;
	char buf[COPY];
	int error;

	(void)offset;
	error = job_control(SIGTTIN);
	if (error == 0)
		error = await_input(f, len);
	if (error)
		return error;
	while (!end && done < len && line_ready(&tty.line)) {
		size_t want = min_u64(sizeof(buf), len - done);
		size_t n = line_take(&tty.line, buf, want, &end);

		error = user_put(s, to + done, buf, n);
		if (error)
			return done ? (long)done : error;
		done += n;
	}
	return (long)done;
}

static long
tty_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	struct space *s = process_current()->space;
	size_t done = 0;
	char buf[COPY];
	int error;

	(void)f, (void)offset;
	error = line_local(&tty.line, TOSTOP) ? job_control(SIGTTOU) : 0;
	if (error)
		return error;
	while (done < len) {
		size_t want = min_u64(sizeof(buf), len - done);
		size_t n = user_read(s, buf, from + done, want);

		line_output(&tty.line, buf, n);
		done += n;
		if (n < want)
			return done ? (long)done : -EFAULT;
		if (sched_pause() < 0)
			break;
	}
	return (long)done;
}

static long
set_termios(struct space *s, vaddr_t arg, bool flush)
{
	struct termios termios;
	int error = job_control(SIGTTOU);

	if (!error)
		error = user_get(s, &termios, arg, sizeof(termios));
	if (error)
		return error;
	if (flush)
		line_flush(&tty.line);
	line_set(&tty.line, &termios);
	wait_wake(&tty.readers);
	return 0;
}

static long
set_winsize(struct space *s, vaddr_t arg)
{
	struct winsize winsize;
	int error = user_get(s, &winsize, arg, sizeof(winsize));

	if (error || memcmp(&winsize, &tty.winsize, sizeof(winsize)) == 0)
		return error;
	tty.winsize = winsize;
	signal_send_group(tty.foreground, SIGWINCH);
	return 0;
}

static long
set_foreground(struct process *p, vaddr_t arg)
{
	pid_t group;
	int error = job_control(SIGTTOU);

	if (error)
		return error;
	if (tty.session != p->sid)
		return -ENOTTY;
	error = user_get(p->space, &group, arg, sizeof(group));
	if (error)
		return error;
	if (group < 0)
		return -EINVAL;
	if (!process_group_in_session(group, p->sid))
		return process_group_in_session(group, 0) ? -EPERM : -ESRCH;
	tty.foreground = group;
	return 0;
}

void
tty_give(const struct process *leader)
{
	tty.session = leader->sid;
	tty.foreground = leader->pgid;
}

pid_t
tty_foreground(pid_t sid)
{
	return tty.session == sid ? tty.foreground : 0;
}

void
tty_session_ended(pid_t sid)
{
	if (tty.session != sid)
		return;
	signal_send_group(tty.foreground, SIGHUP);
	signal_send_group(tty.foreground, SIGCONT);
	tty.session = tty.foreground = 0;
}

/* The leader of a session takes the terminal, if nobody has it or, as every user
 * here is root, by force. */
static long
set_session(const struct process *p, uint64_t by_force)
{
	if (p->sid != p->pid)
		return -EPERM;
	if (tty.session == p->sid)
		return 0;
	if (tty.session && by_force != 1)
		return -EPERM;
	tty_give(p);
	return 0;
}

static long
tty_ioctl(struct file *f, uint64_t request, vaddr_t arg)
{
	struct process *p = process_current();
	struct space *s = p->space;

	(void)f;
	switch ((uint32_t)request) {
	case TCGETS:
		return user_put(s, arg, &tty.line.termios,
				sizeof(struct termios));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(s, arg, (uint32_t)request == TCSETSF);
	case TIOCGWINSZ:
		return user_put(s, arg, &tty.winsize, sizeof(tty.winsize));
	case TIOCSWINSZ:
		return set_winsize(s, arg);
	case TIOCGPGRP:
		if (tty.session != p->sid)
			return -ENOTTY;
		return user_put(s, arg, &tty.foreground, sizeof(pid_t));
	case TIOCSPGRP:
		return set_foreground(p, arg);
	case TIOCGSID:
		if (tty.session != p->sid)
			return -ENOTTY;
		return user_put(s, arg, &tty.session, sizeof(pid_t));
	case TIOCSCTTY:
		return set_session(p, arg);
	default:
		return -ENOTTY;
	}
}

static int
tty_poll(struct file *f, struct wait_queue **queue)
{
	size_t some = tty.line.termios.c_cc[VTIME] ? 1 : enough(SIZE_MAX);

	(void)f;
	*queue = &tty.readers;
	return (line_ready(&tty.line) >= some ? POLLIN_ANY : 0) | POLLOUT_ANY;
}

/* /dev/tty is the terminal of whoever opens it, if there is one. */
static int
open_own(struct file *f)
{
	(void)f;
	return tty.session == process_current()->sid ? 0 : -ENXIO;
}

const struct file_ops tty_own_ops = {
	.open = open_own,
	.read = tty_read,
	.write = tty_write,
	.ioctl = tty_ioctl,
	.poll = tty_poll,
	.stream = true,
};

const struct file_ops tty_ops = {
	.read = tty_read,
	.write = tty_write,
	.ioctl = tty_ioctl,
	.poll = tty_poll,
	.stream = true,
};
