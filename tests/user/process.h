/*
 * Children for tests: run a function or a program in one, wait, meet it.
 */
#pragma once

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

extern char **environ;

static inline void
sleep_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* A child that runs f(argument) and ends with what it returns. */
static inline pid_t
start(int (*f)(void *), void *argument)
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0)
		_exit(f(argument));
	return pid;
}

/* => how it ended, as wait4 says */
static inline int
finish(pid_t pid)
{
	int status = -1;

	need(waitpid(pid, &status, 0) == pid, "waitpid");
	return status;
}

static inline int
run(int (*f)(void *), void *argument)
{
	return finish(start(f, argument));
}

static inline pid_t
start_program(char *const argv[])
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0) {
		execve(argv[0], argv, environ);
		_exit(127);
	}
	return pid;
}

static inline int
run_program(char *const argv[])
{
	return finish(start_program(argv));
}

static inline void
stop(pid_t pid)
{
	kill(pid, SIGKILL);
	finish(pid);
}

/* The exit status, or 1000 and the signal. */
static inline int
ending(int status)
{
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* Zeroed pages that this process and its later children share. */
static inline void *
shared_pages(size_t count)
{
	void *p = mmap(NULL, count * 4096, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED, "mmap of shared pages");
	return p;
}

/* Waits until another process has counted *flag up to value. */
static inline void
await(const volatile int *flag, int value)
{
	while (*flag < value)
		sched_yield();
}
