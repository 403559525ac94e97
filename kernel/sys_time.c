/*
 * System calls about time.
 */
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "mm/user.h"

enum {
	CLOCK_REALTIME = 0,
	CLOCK_MONOTONIC = 1,
	CLOCK_PROCESS_CPUTIME = 2,
	CLOCK_THREAD_CPUTIME = 3,
	CLOCK_MONOTONIC_RAW = 4,
	CLOCK_REALTIME_COARSE = 5,
	CLOCK_MONOTONIC_COARSE = 6,
	CLOCK_BOOTTIME = 7,
	TIMER_ABSTIME = 1,
};

static uint64_t
real_time(void)
{
	return timer_boot_time() * NS_PER_SECOND + timer_now();
}

/* => false if there is no such clock */
static bool
read_clock(uint64_t clock, uint64_t *ns)
{
	const struct process *p = process_current();

	switch ((int)clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*ns = real_time();
		return true;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ns = timer_now();
		return true;
	case CLOCK_PROCESS_CPUTIME:
	case CLOCK_THREAD_CPUTIME:
		*ns = p->cpu_ns + timer_now() - p->run_since;
		return true;
	default:
		return false;
	}
}

long
sys_clock_gettime(uint64_t clock, vaddr_t result)
{
	struct linux_timespec t;
	uint64_t ns;

	if (!read_clock(clock, &ns))
		return -EINVAL;
	t = time_spec(ns);
	return user_put(process_current()->space, result, &t, sizeof(t));
}

long
sys_gettimeofday(vaddr_t result, vaddr_t zone)
{
	struct space *s = process_current()->space;
	struct linux_timeval t = time_val(real_time());
	const uint64_t utc = 0;
	int err = 0;

	if (result)
		err = user_put(s, result, &t, sizeof(t));
	if (err == 0 && zone)
		err = user_put(s, zone, &utc, sizeof(utc));
	return err;
}

long
sys_time(vaddr_t result)
{
	int64_t now = (int64_t)(real_time() / NS_PER_SECOND);
	int err = 0;

	if (result)
		err = user_put(process_current()->space, result, &now,
			       sizeof(now));
	return err < 0 ? err : now;
}

/* Nanoseconds of a timespec, at most what a clock can reach. */
static int
read_timespec(vaddr_t from, uint64_t *ns)
{
	struct linux_timespec t;
	int err = user_get(process_current()->space, &t, from, sizeof(t));

	if (err < 0)
		return err;
	if (t.seconds < 0 || t.nanoseconds < 0 ||
	    t.nanoseconds >= (int64_t)NS_PER_SECOND)
		return -EINVAL;
	*ns = min_u64((uint64_t)t.seconds, INT64_MAX / NS_PER_SECOND - 1) *
		      NS_PER_SECOND +
	      (uint64_t)t.nanoseconds;
	return 0;
}

/* Only being killed ends it early, so no remaining time is ever reported. */
long
sys_clock_nanosleep(uint64_t clock, uint64_t flags, vaddr_t request,
		    vaddr_t remaining)
{
	uint64_t ns, now;
	int err;

	(void)remaining;
	if (!read_clock(clock, &now) || (int)clock == CLOCK_THREAD_CPUTIME ||
	    (int)clock == CLOCK_PROCESS_CPUTIME)
		return -EINVAL;
	err = read_timespec(request, &ns);
	if (err < 0)
		return err;
	if (flags & TIMER_ABSTIME)
		ns = ns > now ? ns - now : 0;
	if (ns == 0)
		return 0;
	return sched_sleep_until(timer_now() + ns);
}

long
sys_nanosleep(vaddr_t request, vaddr_t remaining)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remaining);
}
