/*
 * The terminal as programs see it: reads that wait for input, settings, and the
 * process group that ^C is meant for.
 *
 * Owns: the one terminal.
 */
#include "kernel/tty.h"

#include "kernel/file.h"
#include "kernel/line.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/timer.h"
#include "mm/user.h"

enum {
	COPY = 256,	   /* bytes moved at a time, on the stack */
	TENTH = 100000000, /* of a second in ns: the unit of VTIME */
	NAP = TENTH / 10,
};

static struct {
	struct line line;
	struct winsize winsize;
	pid_t foreground; /* process group that ^C ends; 0: none */
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
		process_kill_group(tty.foreground, signal);
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
		return SCHED_FOREVER;
	if (cc[VTIME] && (cc[VMIN] == 0 || line_ready(&tty.line)))
		return timer_now() + (uint64_t)cc[VTIME] * TENTH;
	return cc[VMIN] ? SCHED_FOREVER : 0;
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

/* Sleeps until there are more than `ready` characters, or the time has come;
 * in naps if there is such a time, since a wait queue knows of none. */
static int
await_more(size_t ready, uint64_t until)
{
	int error = 0;

	while (!error && line_ready(&tty.line) == ready && timer_now() < until)
		error = until == SCHED_FOREVER
				? wait_sleep(&tty.readers)
				: sched_sleep_until(timer_now() + NAP);
	return error;
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
		if (until != SCHED_FOREVER && line_ready(&tty.line) == ready)
			return 0;
	}
	return 0;
}

static long
tty_read(struct file *f, uint64_t offset, vaddr_t to, size_t len)
{
	struct space *s = process_current()->space;
	size_t done = 0;
	bool end = false;
	char buf[COPY];
	int error;

	(void)offset;
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
tty_write(struct file *f, uint64_t offset, vaddr_t from, size_t len)
{
	struct space *s = process_current()->space;
	size_t done = 0;
	char buf[COPY];

	(void)f, (void)offset;
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
	int error = user_get(s, &termios, arg, sizeof(termios));

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

	if (!error)
		tty.winsize = winsize;
	return error;
}

static long
set_foreground(struct space *s, vaddr_t arg)
{
	pid_t group;
	int error = user_get(s, &group, arg, sizeof(group));

	if (error)
		return error;
	if (group < 0)
		return -EINVAL;
	tty.foreground = group;
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
		return user_put(s, arg, &tty.foreground, sizeof(pid_t));
	case TIOCSPGRP:
		return set_foreground(s, arg);
	case TIOCSCTTY:
		tty.foreground = p->pgid;
		return 0;
	default:
		return -ENOTTY;
	}
}

const struct file_ops tty_ops = {
	.read = tty_read,
	.write = tty_write,
	.ioctl = tty_ioctl,
	.stream = true,
};
