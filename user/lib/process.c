/*
 * System calls on processes: making, ending, naming, waiting, sending signals.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc.h"

pid_t
fork(void)
{
	return call(SYS_fork);
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
	return call(SYS_wait4, pid, status, options, usage);
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
sched_yield(void)
{
	return call(SYS_sched_yield);
}

int
getrlimit(int resource, struct rlimit *limit)
{
	return call(SYS_getrlimit, resource, limit);
}

int
setrlimit(int resource, const struct rlimit *limit)
{
	return call(SYS_setrlimit, resource, limit);
}

int
getrusage(int who, struct rusage *usage)
{
	return call(SYS_getrusage, who, usage);
}

/* By the shell; NULL asks whether there is one. ISO C 7.22.4.8 */
int
system(const char *command)
{
	int status = -1;
	pid_t pid;

	if (!command)
		return access("/bin/sh", X_OK) == 0;
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid > 0 && waitpid(pid, &status, 0) < 0)
		return -1;
	return status;
}
