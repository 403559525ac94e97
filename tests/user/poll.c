/*
 * poll and select leave nothing behind, whether they sleep or not.
 */
#include <poll.h>
#include <sys/select.h>

#include "pages.h"

enum {
	MANY = 1000, /* what one call leaves would fill pages by then */
};

static int fds[2];

static int
select_once(long usec)
{
	struct timeval t = {0, usec};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	return select(fds[0] + 1, &set, NULL, NULL, &t);
}

static int
poll_once(int ms)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};

	return poll(&p, 1, ms);
}

int
main(void)
{
	int polled = 0, selected = 0;
	struct meminfo before;

	need(pipe(fds) == 0, "pipe");
	is(poll_once(1) + select_once(1000), 0, "nothing to read: time passes");
	need(write(fds[1], "x", 1) == 1, "write");
	look(&before);
	for (int i = 0; i < MANY; i++) {
		polled += poll_once(1000);
		selected += select_once(1000000);
	}
	is(polled, MANY, "something to read: poll says so at once");
	is(selected, MANY, "and select");
	all_back(&before, "no memory is gone");
	return done();
}
