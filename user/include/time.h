/* Clocks and the calendar; local time is UTC. ISO C 7.27, POSIX */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define CLOCKS_PER_SEC 1000000L

#define CLOCK_REALTIME		 0
#define CLOCK_MONOTONIC		 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID	 3
#define CLOCK_MONOTONIC_RAW	 4
#define CLOCK_REALTIME_COARSE	 5
#define CLOCK_MONOTONIC_COARSE	 6
#define CLOCK_BOOTTIME		 7
#define TIMER_ABSTIME		 1
#define TIME_UTC		 1

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct tm {
	int tm_sec;	/* 0..60 */
	int tm_min;	/* 0..59 */
	int tm_hour;	/* 0..23 */
	int tm_mday;	/* 1..31 */
	int tm_mon;	/* 0..11 */
	int tm_year;	/* since 1900 */
	int tm_wday;	/* 0: Sunday */
	int tm_yday;	/* 0..365 */
	int tm_isdst;	/* always 0 */
	long tm_gmtoff; /* always 0 */
	const char *tm_zone;
};

char *asctime(const struct tm *tm);
char *asctime_r(const struct tm *tm, char *s);
clock_t clock(void);
int clock_getres(clockid_t clock, struct timespec *ts);
int clock_gettime(clockid_t clock, struct timespec *ts);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *want,
		    struct timespec *left);
char *ctime(const time_t *t);
char *ctime_r(const time_t *t, char *s);
double difftime(time_t later, time_t earlier);
struct tm *gmtime(const time_t *t);
struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm);
struct tm *localtime(const time_t *t);
struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm);
time_t mktime(struct tm *tm);
int nanosleep(const struct timespec *want, struct timespec *left);
size_t strftime(char *restrict s, size_t size, const char *restrict format,
		const struct tm *restrict tm)
	__attribute__((format(strftime, 3, 0)));
time_t time(time_t *t);
time_t timegm(struct tm *tm);
int timespec_get(struct timespec *ts, int base);
void tzset(void);
