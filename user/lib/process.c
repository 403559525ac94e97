/*
 * System calls on processes: making, naming, waiting, limits.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc.h"
#include "lock.h"
#include "thread.h"

/* What other threads hold in the parent nobody would ever drop in the child. */
pid_t
fork(void)
{
	struct lock *streams = __lock_take(&__streams_lock);
	struct lock *heap = __lock_take(&__heap_lock);
	pid_t pid = call(SYS_fork);

	if (pid == 0)
		__thread_forked();
	__lock_drop(&heap);
	__lock_drop(&streams);
	return pid;
}

pid_t
getpid(void)
{
	return (pid_t)kernel(SYS_getpid);
}

pid_t
getppid(void)
{
	return (pid_t)kernel(SYS_getppid);
}

pid_t
gettid(void)
{
	return (pid_t)kernel(SYS_gettid);
}

uid_t
getuid(void)
{
	return (uid_t)kernel(SYS_getuid);
}

uid_t
geteuid(void)
{
	return (uid_t)kernel(SYS_geteuid);
}

gid_t
getgid(void)
{
	return (gid_t)kernel(SYS_getgid);
}

gid_t
getegid(void)
{
	return (gid_t)kernel(SYS_getegid);
}

int
setuid(uid_t user)
{
	return call(SYS_setuid, user);
}

int
setgid(gid_t group)
{
	return call(SYS_setgid, group);
}

pid_t
getpgid(pid_t pid)
{
	return call(SYS_getpgid, pid);
}

pid_t
getpgrp(void)
{
	return getpgid(0);
}

int
setpgid(pid_t pid, pid_t group)
{
	return call(SYS_setpgid, pid, group);
}

pid_t
getsid(pid_t pid)
{
	return call(SYS_getsid, pid);
}

pid_t
setsid(void)
{
	return call(SYS_setsid);
}

pid_t
wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	return call_sleep(SYS_wait4, pid, status, options, usage);
}

pid_t
wait3(int *status, int options, struct rusage *usage)
{
	return wait4(-1, status, options, usage);
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	return wait4(pid, status, options, NULL);
}

pid_t
wait(int *status)
{
	return waitpid(-1, status, 0);
}

int
waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	return call_sleep(SYS_waitid, type, id, info, options, NULL);
}

int
setpgrp(void)
{
	return setpgid(0, 0);
}

int
sched_yield(void)
{
	return call(SYS_sched_yield);
}

int
getrlimit(int resource, struct rlimit *limit)
{
	return prlimit(0, resource, NULL, limit);
}

int
setrlimit(int resource, const struct rlimit *limit)
{
	return prlimit(0, resource, limit, NULL);
}

int
getrusage(int who, struct rusage *usage)
{
	return call(SYS_getrusage, who, usage);
}

int
prlimit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old)
{
	return call(SYS_prlimit64, pid, resource, limit, old);
}

/* The kernel answers 40..1, so that no answer looks like an error. */
int
getpriority(int which, id_t who)
{
	long answer = __result(kernel(SYS_getpriority, which, who));

	return answer < 0 ? -1 : 20 - (int)answer;
}

int
setpriority(int which, id_t who, int priority)
{
	return call(SYS_setpriority, which, who, priority);
}

int
nice(int increment)
{
	int priority;

	errno = 0;
	priority = getpriority(PRIO_PROCESS, 0);
	if (priority == -1 && errno)
		return -1;
	if (setpriority(PRIO_PROCESS, 0, priority + increment) < 0)
		return -1;
	return getpriority(PRIO_PROCESS, 0);
}

clock_t
times(struct tms *t)
{
	return __result(kernel(SYS_times, t));
}

int
prctl(int option, ...)
{
	va_list args;
	long a[4];

	va_start(args, option);
	for (size_t i = 0; i < 4; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return call(SYS_prctl, option, a[0], a[1], a[2], a[3]);
}

/* The kernel answers how many bytes it has filled in. */
int
sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	long n = __result(kernel(SYS_sched_getaffinity, pid, size, set));

	if (n < 0)
		return -1;
	memset((char *)set + n, 0, size - (size_t)n);
	return 0;
}

int
sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	return call(SYS_sched_setaffinity, pid, size, set);
}

int
__cpu_count(const cpu_set_t *set)
{
	int n = 0;

	for (int i = 0; i < CPU_SETSIZE; i++)
		n += CPU_ISSET(i, set);
	return n;
}
