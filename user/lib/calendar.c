/*
 * Seconds since 1970 and dates, both in UTC.
 *
 * A year here begins in March: then the leap day is its last, and the days
 * before a month follow from its number alone.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "libc.h"

enum {
	DAY = 86400,
	DAYS_400 = 146097, /* in 400 years: the calendar repeats */
	DAYS_100 = 36524,
	DAYS_4 = 1461,
	EPOCH = 719468, /* days from 1 March of year 0 to 1 January 1970 */
};

/* Division that rounds down, also for negative numbers. */
static long
floor_div(long a, long b)
{
	return a / b - (a % b < 0);
}

/* month: 0 is March. The months have 31 30 31 30 31 31 30 31 30 31 31 days. */
static long
days_before_month(long month)
{
	return (153 * month + 2) / 5;
}

/* => days since 1970 of the first of a month; month: 0 is January */
static long
days_of(long year, long month)
{
	long since, of_400;

	year -= month < 2;
	since = floor_div(year, 400);
	of_400 = year - since * 400;
	return since * DAYS_400 + of_400 * 365 + of_400 / 4 - of_400 / 100 +
	       days_before_month((month + 10) % 12) - EPOCH;
}

struct tm *
gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
	long days = floor_div(*t, DAY), seconds = *t - days * DAY;
	long since = floor_div(days + EPOCH, DAYS_400);
	long day = days + EPOCH - since * DAYS_400; /* of the 400 years */
	long year = (day - day / (DAYS_4 - 1) + day / DAYS_100 -
		     day / (DAYS_400 - 1)) /
		    365;
	long month;

	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= days_before_month(month);
	month = (month + 2) % 12;
	year += since * 400 + (month < 2);
	if (year - 1900 < INT_MIN || year - 1900 > INT_MAX) {
		errno = EOVERFLOW;
		return NULL;
	}
	*tm = (struct tm){.tm_sec = (int)(seconds % 60),
			  .tm_min = (int)(seconds / 60 % 60),
			  .tm_hour = (int)(seconds / 3600),
			  .tm_mday = (int)day + 1,
			  .tm_mon = (int)month,
			  .tm_year = (int)(year - 1900),
			  .tm_wday =
				  (int)(days + 4 - floor_div(days + 4, 7) * 7),
			  .tm_yday = (int)(days - days_of(year, 0)),
			  .tm_zone = "UTC"};
	return tm;
}

struct tm *
localtime_r(const time_t *restrict t, struct tm *restrict tm)
{
	return gmtime_r(t, tm);
}

struct tm *
gmtime(const time_t *t)
{
	static struct tm tm;

	return gmtime_r(t, &tm);
}

struct tm *
localtime(const time_t *t)
{
	return gmtime(t);
}

/* The fields may be out of range, and are brought into it. */
time_t
timegm(struct tm *tm)
{
	long years = floor_div(tm->tm_mon, 12);
	long month = tm->tm_mon - years * 12;
	long days =
		days_of(1900L + tm->tm_year + years, month) + tm->tm_mday - 1;
	time_t t = days * DAY + tm->tm_hour * 3600L + tm->tm_min * 60L +
		   tm->tm_sec;

	return gmtime_r(&t, tm) ? t : -1;
}

time_t
mktime(struct tm *tm)
{
	return timegm(tm);
}

void
tzset(void)
{
}

static char *
text(const struct tm *tm, char *s, size_t size)
{
	return strftime(s, size, "%a %b %e %H:%M:%S %Y\n", tm) ? s : NULL;
}

/* s holds 26 characters, which do for the years up to 9999. */
char *
asctime_r(const struct tm *tm, char *s)
{
	return text(tm, s, 26);
}

char *
asctime(const struct tm *tm)
{
	static char s[40];

	return text(tm, s, sizeof(s));
}

char *
ctime(const time_t *t)
{
	const struct tm *tm = localtime(t);

	return tm ? asctime(tm) : NULL;
}

char *
ctime_r(const time_t *t, char *s)
{
	struct tm tm;

	return localtime_r(t, &tm) ? asctime_r(&tm, s) : NULL;
}
