/*
 * Time: sleeping, and the clocks. Runs on Linux as well, whose file systems have
 * other ends of time.
 */
#include <sys/stat.h>
#include <sys/time.h>

#include "process.h"

enum {
	MS = 1000000,
};

static volatile int *order;

static long
now(clockid_t clock)
{
	struct timespec t = {0};

	need(clock_gettime(clock, &t) == 0, "clock_gettime");
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static void
sleeping(void)
{
	long before = now(CLOCK_MONOTONIC), took;
	struct timespec t = {0, 100 * MS}, rest = {7, 7};

	is(nanosleep(&t, &rest), 0, "nanosleep for 100 ms");
	took = now(CLOCK_MONOTONIC) - before;
	ok(took >= 100 * MS, "takes no less");
	ok(took < 1000l * MS, "and not much more");
	is(rest.tv_sec, 7, "the rest is written only when interrupted");
	t = (struct timespec){0, 1000 * MS};
	fails(nanosleep(&t, NULL), EINVAL, "a second of nanoseconds: EINVAL");
	t = (struct timespec){-1, 0};
	fails(nanosleep(&t, NULL), EINVAL, "a negative time: EINVAL");
	t = (struct timespec){0, 0};
	is(nanosleep(&t, NULL), 0, "no time at all");
	before = now(CLOCK_MONOTONIC) + 50 * MS;
	t = (struct timespec){before / (1000l * MS), before % (1000l * MS)};
	is(clock_nanosleep(CLOCK_MONOTONIC, 1, &t, NULL), 0,
	   "clock_nanosleep until a time");
	ok(now(CLOCK_MONOTONIC) >= before, "that has then come");
}

static int
sleeper(void *ms)
{
	sleep_ms(*(int *)ms);
	order[__atomic_fetch_add(&order[10], 1, __ATOMIC_SEQ_CST)] = *(int *)ms;
	return 0;
}

static void
in_order(void)
{
	static int times[] = {150, 50, 100};
	pid_t pids[3];

	order = shared_pages(1);
	for (int i = 0; i < 3; i++)
		pids[i] = start(sleeper, &times[i]);
	for (int i = 0; i < 3; i++)
		finish(pids[i]);
	ok(order[0] == 50 && order[1] == 100 && order[2] == 150,
	   "sleepers wake in the order of their times");
}

/* All in the same tick. */
static void
at_once(void)
{
	static int time = 60;
	pid_t pids[8];

	order[10] = 0;
	for (int i = 0; i < 8; i++)
		pids[i] = start(sleeper, &time);
	for (int i = 0; i < 8; i++)
		finish(pids[i]);
	is(order[10], 8, "sleepers whose times come at once all wake");
}

static void
clocks(void)
{
	long last = now(CLOCK_MONOTONIC), t;
	int back = 0;
	struct timeval tv;
	struct timespec ts;

	for (int i = 0; i < 10000; i++, last = t) {
		t = now(CLOCK_MONOTONIC);
		back += t < last;
	}
	is(back, 0, "the monotonic clock never goes back");
	ok(now(CLOCK_REALTIME) / MS / 1000 > 1600000000,
	   "the real-time clock is later than 2020");
	need(gettimeofday(&tv, NULL) == 0, "gettimeofday");
	ok(labs(now(CLOCK_REALTIME) / MS / 1000 - tv.tv_sec) <= 1,
	   "gettimeofday agrees");
	ok(labs(time(NULL) - tv.tv_sec) <= 1, "time agrees");
	fails(clock_gettime(77, &ts), EINVAL, "clock 77: EINVAL");
}

/* The first and the last moment that fit into a number of nanoseconds. */
static void
ends_of_time(void)
{
	const struct timespec ends[2] = {{INT64_MIN, 0}, {INT64_MAX, 0}};
	struct stat st;
	int fd = open("/tmp/time", O_RDWR | O_CREAT, 0644);

	is(futimens(fd, ends), 0, "a file from before all time");
	need(fstat(fd, &st) == 0, "fstat");
	is(st.st_atim.tv_sec, -9223372037, "is as old as can be");
	is(st.st_atim.tv_nsec, 145224192, "to the nanosecond");
	is(st.st_mtim.tv_sec, 9223372036, "or as new");
	close(fd);
	unlink("/tmp/time");
}

int
main(void)
{
	sleeping();
	in_order();
	at_once();
	clocks();
	ends_of_time();
	return done();
}
