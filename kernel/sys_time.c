/*
 * System calls about time.
 */
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/user.h"

enum {
	CLOCK_REALTIME = 0,
	CLOCK_PROCESS_CPUTIME = 2,
	CLOCK_THREAD_CPUTIME = 3,
	CLOCK_MONOTONIC_RAW = 4,
	CLOCK_REALTIME_COARSE = 5,
	CLOCK_MONOTONIC_COARSE = 6,
	CLOCK_BOOTTIME = 7,
	TIMER_ABSTIME = 1,
};

/* => false if there is no such clock */
static bool
read_clock(uint64_t clock, uint64_t *ns)
{
	struct thread *t = thread_current();

	switch ((int)clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*ns = timer_real();
		return true;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ns = timer_now();
		return true;
	case CLOCK_PROCESS_CPUTIME:
		*ns = process_cpu_time(process_current());
		return true;
	case CLOCK_THREAD_CPUTIME:
		*ns = thread_cpu_time(t);
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

/* As fine as the time stamp counter, which lies behind all of them. */
long
sys_clock_getres(uint64_t clock, vaddr_t result)
{
	const struct linux_timespec resolution = {0, 1};
	uint64_t now;

	if (!read_clock(clock, &now))
		return -EINVAL;
	if (!result)
		return 0;
	return user_put(process_current()->space, result, &resolution,
			sizeof(resolution));
}

long
sys_gettimeofday(vaddr_t result, vaddr_t zone)
{
	struct space *s = process_current()->space;
	struct linux_timeval t = time_val(timer_real());
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
	int64_t now = (int64_t)(timer_real_tick() / NS_PER_SECOND);
	int err = 0;

	if (result)
		err = user_put(process_current()->space, result, &now,
			       sizeof(now));
	return err < 0 ? err : now;
}

int
time_get(vaddr_t from, uint64_t *ns)
{
	struct linux_timespec t;
	int err = user_get(process_current()->space, &t, from, sizeof(t));

	if (err < 0)
		return err;
	return time_from_spec(&t, ns) ? 0 : -EINVAL;
}

int
time_get_deadline(vaddr_t from, uint64_t *until)
{
	uint64_t ns;
	int err = from ? time_get(from, &ns) : 0;

	if (err == 0)
		*until = from ? timer_now() + ns : TIMEOUT_NEVER;
	return err;
}

/* A signal ends it early; how long it would still have taken goes to
 * `remaining`, if what was asked for was not a moment. */
long
sys_clock_nanosleep(uint64_t clock, uint64_t flags, vaddr_t request,
		    vaddr_t remaining)
{
	struct linux_timespec left;
	uint64_t ns, now, until;
	int err;

	if (!read_clock(clock, &now) || (int)clock == CLOCK_THREAD_CPUTIME ||
	    (int)clock == CLOCK_PROCESS_CPUTIME)
		return -EINVAL;
	err = time_get(request, &ns);
	if (err < 0)
		return err;
	if (flags & TIMER_ABSTIME)
		ns = ns > now ? ns - now : 0;
	until = timer_now() + ns;
	while (err == 0 && (now = timer_now()) < until)
		err = sched_sleep(until);
	if (err == 0)
		return 0;
	left = time_spec(until - now);
	if (remaining && !(flags & TIMER_ABSTIME))
		err = user_put(process_current()->space, remaining, &left,
			       sizeof(left));
	return err == -EFAULT ? -EFAULT : -EINTR;
}
