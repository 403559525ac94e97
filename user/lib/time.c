/*
 * Clocks and sleep.
 */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "libc.h"

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	return call(SYS_clock_gettime, id, ts);
}

int
clock_getres(clockid_t id, struct timespec *ts)
{
	return call(SYS_clock_getres, id, ts);
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	return call(SYS_gettimeofday, tv, zone);
}

int
timespec_get(struct timespec *ts, int base)
{
	if (base != TIME_UTC || clock_gettime(CLOCK_REALTIME, ts) < 0)
		return 0;
	return base;
}

time_t
time(time_t *t)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_REALTIME, &ts) < 0)
		return -1;
	if (t)
		*t = ts.tv_sec;
	return ts.tv_sec;
}

clock_t
clock(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) < 0)
		return -1;
	return ts.tv_sec * CLOCKS_PER_SEC + ts.tv_nsec / 1000;
}

double
difftime(time_t later, time_t earlier)
{
	return (double)(later - earlier);
}

int
nanosleep(const struct timespec *want, struct timespec *left)
{
	return call_sleep(SYS_nanosleep, want, left);
}

/* => the error number itself. POSIX */
int
clock_nanosleep(clockid_t id, int flags, const struct timespec *want,
		struct timespec *left)
{
	return (int)-kernel_sleep(SYS_clock_nanosleep, id, flags, want, left);
}

/* => the seconds that were not slept */
unsigned
sleep(unsigned seconds)
{
	struct timespec ts = {seconds, 0};

	return nanosleep(&ts, &ts) < 0 ? (unsigned)ts.tv_sec : 0;
}

int
usleep(unsigned microseconds)
{
	struct timespec ts = {microseconds / 1000000,
			      microseconds % 1000000 * 1000L};

	return nanosleep(&ts, NULL);
}
