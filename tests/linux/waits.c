/* Waiting for several descriptors: what makes them ready, and who is woken. */
#include "case.h"

#include <poll.h>
#include <sys/select.h>

static int tube[2], other[2];
static char block[65536];

static short
events_of(int fd, short events)
{
	struct pollfd p = {fd, events, 0};

	need(poll(&p, 1, 0));
	return p.revents;
}

#define EVENTS(fd) printf(#fd ": %x\n", events_of(fd, 0x7fff))

CASE(room_in_a_pipe)
{
	need(pipe(tube));
	EVENTS(tube[1]);
	need(write(tube[1], block, 61440));
	EVENTS(tube[1]);
	need(write(tube[1], block, 4096));
	EVENTS(tube[1]);
	EVENTS(tube[0]);
	need(read(tube[0], block, 4095));
	EVENTS(tube[1]);
	need(read(tube[0], block, 1));
	EVENTS(tube[1]);
	close(tube[0]);
	EVENTS(tube[1]);
}

CASE(what_is_always_ready)
{
	make_file("file", "");
	EVENTS(open("file", O_RDWR));
	EVENTS(open("file", O_RDONLY));
	EVENTS(open(".", O_RDONLY));
	EVENTS(open("/dev/null", O_RDWR));
	EVENTS(open("/dev/zero", O_RDWR));
	EVENTS(open("file", O_PATH));
	EVENTS(99);
	EVENTS(-1);
	printf("%x\n", events_of(open("file", O_RDWR), 0));
	printf("%x\n", events_of(99, 0));
}

static void
write_to_other(void)
{
	close(tube[1]);
	sleep_ms(20);
	need(write(other[1], "x", 1));
	sleep_ms(20);
}

CASE(the_right_one_of_two)
{
	struct pollfd p[3];
	pid_t pid;

	need(pipe(tube));
	need(pipe(other));
	pid = start(write_to_other);
	p[0] = (struct pollfd){tube[0], POLLIN, 0};
	p[1] = (struct pollfd){other[0], POLLIN, 0};
	p[2] = (struct pollfd){other[0], POLLIN, 0};
	show(poll(p, 3, -1));
	printf("%x %x %x\n", p[0].revents, p[1].revents, p[2].revents);
	finish(pid);
}

static void
read_slowly(void)
{
	close(tube[1]);
	sleep_ms(20);
	need(read(tube[0], block, 8192));
	sleep_ms(20);
}

CASE(room_comes)
{
	fd_set out;
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	need(pipe(tube));
	need(write(tube[1], block, sizeof(block)));
	pid = start(read_slowly);
	close(tube[0]);
	FD_ZERO(&out);
	FD_SET(tube[1], &out);
	show(select(tube[1] + 1, NULL, &out, NULL, NULL));
	show(FD_ISSET(tube[1], &out) != 0);
	need(write(tube[1], block, 8192));
	FD_ZERO(&out);
	FD_SET(tube[1], &out);
	show(select(tube[1] + 1, NULL, &out, NULL, NULL));
	show(write(tube[1], "x", 1));
	finish(pid);
}

/* More than one word of a set, more than one chunk of a table. */
CASE(many_descriptors)
{
	static struct pollfd p[200];
	int n = 0;

	need(pipe(tube));
	while (n < 200) {
		p[n] = (struct pollfd){dup(tube[0]), POLLIN, 0};
		need(p[n].fd);
		n++;
	}
	show(poll(p, 200, 10));
	need(write(tube[1], "x", 1));
	show(poll(p, 200, -1));
	printf("%x %x\n", p[0].revents, p[199].revents);
}

CASE(select_sets)
{
	struct timeval t = {0, 1500000};
	fd_set in, odd;

	need(pipe(tube));
	close(tube[1]);
	FD_ZERO(&in);
	FD_SET(tube[0], &in);
	odd = in;
	show(select(tube[0] + 1, &in, NULL, &odd, &t));
	show(FD_ISSET(tube[0], &in) != 0);
	show(FD_ISSET(tube[0], &odd) != 0);
	show(select(tube[0], &in, NULL, NULL, &(struct timeval){0, 0}));
	show(select(0, NULL, NULL, NULL, &(struct timeval){0, -1}));
}

static volatile int caught;

static void
note(int signal)
{
	caught = signal;
}

/* A signal that waits is not delivered if there is something to report. */
CASE(ready_before_the_signal)
{
	struct pollfd p;
	sigset_t set, none;

	sigemptyset(&none);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	need(pipe(tube));
	need(write(tube[1], "x", 1));
	signal(SIGUSR1, note);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	p = (struct pollfd){tube[0], POLLIN, 0};
	show(ppoll(&p, 1, NULL, &none));
	show(caught);
	need(read(tube[0], block, 1));
	show(ppoll(&p, 1, &(struct timespec){0, 0}, &none));
	show(caught);
}
