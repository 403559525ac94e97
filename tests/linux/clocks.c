/* Clocks and sleeping. */
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>

#include "case.h"

static long
ms_since(clockid_t clock, const struct timespec *before)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (now.tv_sec - before->tv_sec) * 1000 +
	       (now.tv_nsec - before->tv_nsec) / 1000000;
}

CASE(clocks_run)
{
	clockid_t all[] = {CLOCK_REALTIME,	  CLOCK_MONOTONIC,
			   CLOCK_BOOTTIME,	  CLOCK_MONOTONIC_RAW,
			   CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE};
	struct timespec t, before;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		show(clock_gettime(all[i], &before));
		sleep_ms(30);
		show(ms_since(all[i], &before) >= 20);
		show(clock_getres(all[i], &t));
		show(t.tv_sec == 0 && t.tv_nsec > 0);
	}
}

CASE(clock_errors)
{
	struct timespec t;

	show(clock_gettime(77, &t));
	show(clock_getres(77, &t));
	show(syscall(SYS_clock_gettime, CLOCK_REALTIME, BAD));
	show(syscall(SYS_clock_getres, CLOCK_REALTIME, BAD));
	show(syscall(SYS_clock_getres, CLOCK_REALTIME, NULL));
	show(syscall(SYS_gettimeofday, BAD, NULL));
	show(syscall(SYS_time, BAD));
}

CASE(clocks_agree)
{
	struct timespec t;
	struct timeval v;

	clock_gettime(CLOCK_REALTIME, &t);
	gettimeofday(&v, NULL);
	show(v.tv_sec - t.tv_sec <= 1);
	show(time(NULL) - t.tv_sec <= 1);
	show(t.tv_sec > 1500000000);
}

CASE(sleep_errors)
{
	struct timespec t = {0, 1000000000};

	show(nanosleep(&t, NULL));
	t.tv_nsec = -1;
	show(nanosleep(&t, NULL));
	t = (struct timespec){-1, 0};
	show(nanosleep(&t, NULL));
	t.tv_sec = 0;
	show(nanosleep(&t, NULL));
	show(syscall(SYS_nanosleep, BAD, NULL));
	show(syscall(SYS_clock_nanosleep, 77, 0, &t, NULL));
	show(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, BAD, NULL));
	t.tv_nsec = 1000000000;
	show(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL));
}

CASE(sleep_lasts)
{
	struct timespec before, t = {0, 30000000};

	clock_gettime(CLOCK_MONOTONIC, &before);
	show(nanosleep(&t, NULL));
	show(ms_since(CLOCK_MONOTONIC, &before) >= 30);
	show(clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL));
	show(ms_since(CLOCK_MONOTONIC, &before) >= 60);
	show(clock_nanosleep(CLOCK_REALTIME, 0, &t, NULL));
	show(ms_since(CLOCK_MONOTONIC, &before) >= 90);
}

CASE(sleep_until)
{
	struct timespec before, t;

	clock_gettime(CLOCK_MONOTONIC, &before);
	t = before;
	t.tv_nsec += 30000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	show(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
	show(ms_since(CLOCK_MONOTONIC, &before) >= 30);
	show(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
	t = (struct timespec){0, 0};
	show(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
}

/* Keeps the processor busy until it has been ours for 50 ms. */
static void
work(void)
{
	clock_t before = clock();
	struct timespec since;

	clock_gettime(CLOCK_MONOTONIC, &since);
	while (clock() - before < CLOCKS_PER_SEC / 20 &&
	       ms_since(CLOCK_MONOTONIC, &since) < 3000)
		;
}

static void
work_in_child(void)
{
	work();
}

CASE(time_of_a_process)
{
	struct timespec before, used;
	struct rusage usage;
	struct tms t;

	work();
	show(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used));
	show(used.tv_sec > 0 || used.tv_nsec > 20000000);
	show(getrusage(RUSAGE_SELF, &usage));
	show(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec +
		     usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec >
	     20000);
	check(times(&t));
	show(t.tms_utime + t.tms_stime >= 1);
	show(t.tms_cutime + t.tms_cstime);
	finish(start(work_in_child));
	check(times(&t));
	show(t.tms_cutime + t.tms_cstime >= 1);
	show(getrusage(RUSAGE_CHILDREN, &usage));
	show(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec > 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	sleep_ms(100);
	show(ms_since(CLOCK_PROCESS_CPUTIME_ID, &before) < 50);
}

CASE(usage_errors)
{
	struct rusage usage;

	show(getrusage(77, &usage));
	show(syscall(SYS_getrusage, RUSAGE_SELF, BAD));
	show(syscall(SYS_times, BAD));
	show(getrusage(RUSAGE_THREAD, &usage));
}

CASE(usage_of_memory)
{
	struct rusage before, after;
	char *p = malloc(1 << 20);

	need(getrusage(RUSAGE_SELF, &before));
	for (int i = 0; i < 1 << 20; i += PAGE)
		p[i] = 1;
	need(getrusage(RUSAGE_SELF, &after));
	show(after.ru_minflt - before.ru_minflt >= 250);
	show(after.ru_maxrss >= 1024);
}
