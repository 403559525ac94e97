/* Waiting for several descriptors: poll, ppoll, select, pselect. */
#include <poll.h>
#include <sys/select.h>

#include "case.h"

static int tube[2];
static char block[65536];

static void
show_events(const char *what, struct pollfd *p, int n, int timeout)
{
	show_result(what, poll(p, (nfds_t)n, timeout));
	for (int i = 0; i < n; i++)
		printf("\t%x\n", p[i].revents);
}

CASE(poll_of_a_pipe)
{
	struct pollfd p[2];
	char c;

	need(pipe(tube));
	p[0] = (struct pollfd){tube[0], POLLIN, -1};
	p[1] = (struct pollfd){tube[1], POLLOUT, -1};
	show_events("empty", p, 2, 0);
	need(write(tube[1], "x", 1));
	show_events("one byte", p, 2, 0);
	need(read(tube[0], &c, 1));
	need(write(tube[1], block, sizeof(block)));
	show_events("full", p, 2, 0);
	close(tube[1]);
	show_events("no writer", p, 1, 0);
	need(read(tube[0], block, sizeof(block)));
	show_events("drained", p, 1, 0);
}

CASE(poll_without_reader)
{
	struct pollfd p;

	need(pipe(tube));
	close(tube[0]);
	p = (struct pollfd){tube[1], POLLOUT, 0};
	show_events("no reader", &p, 1, 0);
}

CASE(poll_of_other_descriptors)
{
	struct pollfd p[4];

	make_file("f", "");
	p[0] = (struct pollfd){open("f", O_RDONLY), POLLIN | POLLOUT, 0};
	p[1] = (struct pollfd){0, POLLIN, 0};
	p[2] = (struct pollfd){-1, POLLIN, 7};
	p[3] = (struct pollfd){99, POLLIN, 0};
	show_events("all", p, 4, -1);
	show_events("directory",
		    &(struct pollfd){open(".", O_RDONLY), POLLIN, 0}, 1, 0);
}

CASE(poll_errors)
{
	static struct pollfd p[300];

	show(syscall(SYS_poll, BAD, 1, 0));
	show(syscall(SYS_poll, p, 257, 0)); /* more than may be open */
	show(syscall(SYS_poll, p, -1, 0));
	show(syscall(SYS_poll, BAD, 0, 0));
	show(syscall(SYS_ppoll, p, 1, BAD, NULL, 8));
	show(syscall(SYS_ppoll, p, 1, NULL, BAD, 8));
	show(syscall(SYS_ppoll, p, 1, NULL, p, 7));
	show(ppoll(p, 1, &(struct timespec){0, 1000000000}, NULL));
	show(ppoll(p, 1, &(struct timespec){-1, 0}, NULL));
	show(ppoll(p, 1, &(struct timespec){0, 0}, NULL));
}

static long
elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 +
	       (now.tv_nsec - since->tv_nsec) / 1000000;
}

CASE(poll_times_out)
{
	struct timespec since;
	struct pollfd p;

	need(pipe(tube));
	p = (struct pollfd){tube[0], POLLIN, 0};
	clock_gettime(CLOCK_MONOTONIC, &since);
	show(poll(&p, 1, 50));
	show(elapsed_ms(&since) >= 49);
	show(poll(NULL, 0, 20));
	show(elapsed_ms(&since) >= 69);
}

static void
write_later(void)
{
	sleep_ms(30);
	need(write(tube[1], "x", 1));
	sleep_ms(30);
}

CASE(poll_is_woken)
{
	struct pollfd p[2];
	pid_t pid;
	char c;

	need(pipe(tube));
	pid = start(write_later);
	close(tube[1]);
	p[0] = (struct pollfd){tube[0], POLLIN, 0};
	p[1] = (struct pollfd){-1, 0, 0};
	show_events("a byte comes", p, 2, 5000);
	need(read(tube[0], &c, 1));
	show_events("the writer leaves", p, 2, 5000);
	finish(pid);
}

static void
poll_for_ever(void)
{
	show(poll(&(struct pollfd){tube[0], POLLIN, 0}, 1, -1));
}

CASE(poll_can_be_killed)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(poll_for_ever);
	until_asleep(pid);
	show(kill(pid, SIGKILL));
	finish(pid);
}

static volatile int caught;

static void catch (int signal)
{
	caught = signal;
}

static void
signal_parent(void)
{
	until_asleep(getppid());
	kill(getppid(), SIGUSR1);
}

CASE(poll_is_interrupted)
{
	struct sigaction act = {.sa_handler = catch, .sa_flags = SA_RESTART};
	pid_t pid;

	need(pipe(tube));
	need(sigaction(SIGUSR1, &act, NULL));
	pid = start(signal_parent);
	show(poll(&(struct pollfd){tube[0], POLLIN, 0}, 1, 5000));
	show(caught);
	finish(pid);
}

CASE(ppoll_unblocks_a_signal)
{
	sigset_t set, none;

	sigemptyset(&none);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	signal(SIGUSR1, catch);
	raise(SIGUSR1);
	show(caught);
	show(ppoll(NULL, 0, &(struct timespec){5, 0}, &none));
	show(caught);
	need(sigprocmask(SIG_BLOCK, NULL, &set));
	show(sigismember(&set, SIGUSR1));
}

CASE(select_of_a_pipe)
{
	struct timeval now = {0, 0};
	fd_set in, out;

	need(pipe(tube));
	need(write(tube[1], "x", 1));
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(tube[0], &in);
	FD_SET(tube[1], &out);
	FD_SET(0, &in);
	show(select(tube[1] + 1, &in, &out, NULL, &now));
	show(FD_ISSET(tube[0], &in) != 0);
	show(FD_ISSET(tube[1], &out) != 0);
	show(FD_ISSET(0, &in) != 0);
	FD_CLR(0, &in);
	FD_SET(tube[0], &out);
	FD_SET(tube[1], &in);
	show(select(tube[1] + 1, &in, &out, NULL, &now));
}

CASE(select_errors)
{
	struct timeval now = {0, 0};
	fd_set in;

	FD_ZERO(&in);
	FD_SET(50, &in); /* from 64 on it may be beyond Linux's table */
	show(select(51, &in, NULL, NULL, &now));
	FD_ZERO(&in);
	show(select(-1, &in, NULL, NULL, &now));
	show(select(0, NULL, NULL, NULL, &now));
	now.tv_sec = -1;
	show(select(0, NULL, NULL, NULL, &now));
	show(syscall(SYS_select, 1, BAD, NULL, NULL, NULL));
	now = (struct timeval){LONG_MAX, LONG_MAX};
	show(syscall(SYS_select, 0, NULL, NULL, NULL, &now));
	now = (struct timeval){LONG_MIN, -1};
	show(syscall(SYS_select, 0, NULL, NULL, NULL, &now));
	show(syscall(SYS_select, 1, NULL, NULL, NULL, BAD));
	show(syscall(SYS_pselect6, 1, &in, NULL, NULL, BAD, NULL));
}

CASE(select_times_out)
{
	struct timeval t = {0, 30000};
	struct timespec since;
	fd_set in;

	need(pipe(tube));
	FD_ZERO(&in);
	FD_SET(tube[0], &in);
	clock_gettime(CLOCK_MONOTONIC, &since);
	show(select(tube[0] + 1, &in, NULL, NULL, &t));
	show(FD_ISSET(tube[0], &in) != 0);
	show(t.tv_usec); /* Linux says what is left */
	show(elapsed_ms(&since) >= 29);
}

CASE(pselect)
{
	struct timespec t = {0, 10000000};
	sigset_t none;
	fd_set in;

	need(pipe(tube));
	need(write(tube[1], "x", 1));
	sigemptyset(&none);
	FD_ZERO(&in);
	FD_SET(tube[0], &in);
	show(pselect(tube[0] + 1, &in, NULL, NULL, &t, &none));
	show(t.tv_nsec);
	FD_ZERO(&in);
	show(pselect(tube[0] + 1, &in, NULL, NULL, &t, &none));
}
