/* The time of day in microseconds, and timers that send signals. */
#pragma once

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct timezone {
	int tz_minuteswest, tz_dsttime;
};

struct itimerval {
	struct timeval it_interval, it_value;
};

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

#define timerisset(t) ((t)->tv_sec || (t)->tv_usec)
#define timerclear(t) ((t)->tv_sec = (t)->tv_usec = 0)

int futimesat(int dir, const char *path, const struct timeval times[2]);
int getitimer(int which, struct itimerval *value);
int gettimeofday(struct timeval *restrict tv, void *restrict zone);
int setitimer(int which, const struct itimerval *restrict value,
	      struct itimerval *restrict old);
int utimes(const char *path, const struct timeval times[2]);
