/*
 * What the programs that run on Linux and in Quire share: named cases, and a way
 * to print what a call answered.
 *
 * A program is a set of cases; its argument says which one runs. What a case
 * prints on the host, in a scratch directory of its own, is what it must print
 * in Quire, byte for byte, with the same status: so a case prints nothing that
 * may differ (a pid, a time, an address), and does not depend on the user.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
/* No address of a program, and no compiler is to know. */
#define BAD bad_pointer
static void *volatile bad_pointer __attribute__((unused)) = (void *)16;

struct test_case {
	const char *name;
	void (*run)(void);
	struct test_case *next;
};

static struct test_case *cases;
static char **arguments __attribute__((unused)); /* main's */

#define CASE(name)                                                   \
	static void case_##name(void);                               \
	__attribute__((constructor)) static void add_##name(void)    \
	{                                                            \
		static struct test_case c = {#name, case_##name, 0}; \
                                                                     \
		c.next = cases;                                      \
		cases = &c;                                          \
	}                                                            \
	static void case_##name(void)

static const struct {
	int number;
	const char *name;
} errno_names[] = {
#define E(name)             \
	{                   \
		name, #name \
	}
	E(EPERM),     E(ENOENT),    E(ESRCH),	     E(EINTR),
	E(EIO),	      E(ENXIO),	    E(E2BIG),	     E(ENOEXEC),
	E(EBADF),     E(ECHILD),    E(EAGAIN),	     E(ENOMEM),
	E(EACCES),    E(EFAULT),    E(EBUSY),	     E(EEXIST),
	E(EXDEV),     E(ENODEV),    E(ENOTDIR),	     E(EISDIR),
	E(EINVAL),    E(ENFILE),    E(EMFILE),	     E(ENOTTY),
	E(ETXTBSY),   E(EFBIG),	    E(ENOSPC),	     E(ESPIPE),
	E(EROFS),     E(EMLINK),    E(EPIPE),	     E(EDOM),
	E(ERANGE),    E(EDEADLK),   E(ENAMETOOLONG), E(ENOSYS),
	E(ELOOP),     E(ENOTEMPTY), E(EOVERFLOW),    E(ENOTSUP),
	E(EOVERFLOW), E(ETIMEDOUT), E(ENOTSOCK),     E(EAFNOSUPPORT),
	E(ECANCELED),
#undef E
};

static inline const char *
errno_name(int number)
{
	static char unknown[32];

	for (size_t i = 0; i < sizeof(errno_names) / sizeof(*errno_names); i++)
		if (errno_names[i].number == number)
			return errno_names[i].name;
	snprintf(unknown, sizeof(unknown), "errno %d", number);
	return unknown;
}

/* Prints a call and what it answered: a number, or the name of the error. */
static inline long
show_result(const char *what, long value)
{
	int error = errno;

	if (value == -1)
		printf("%s: %s\n", what, errno_name(error));
	else
		printf("%s: %ld\n", what, value);
	fflush(stdout);
	errno = error;
	return value;
}

/* The same for an answer that may differ: only whether it was an error. */
static inline long
check_result(const char *what, long value)
{
	int error = errno;

	printf("%s: %s\n", what, value == -1 ? errno_name(error) : "ok");
	fflush(stdout);
	errno = error;
	return value;
}

#define show(call)  show_result(#call, (long)(call))
#define check(call) check_result(#call, (long)(call))

/* Prints how a child ended: what wait gave. */
static inline void
show_status(int status)
{
	if (WIFEXITED(status))
		printf("exited with %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("killed by signal %d\n", WTERMSIG(status));
	else if (WIFSTOPPED(status))
		printf("stopped by signal %d\n", WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("continued\n");
	fflush(stdout);
}

/* What every case needs before it begins; without it the rest means nothing. */
static inline void
need_result(const char *what, long value)
{
	if (value != -1)
		return;
	printf("cannot go on: %s: %s\n", what, errno_name(errno));
	exit(99);
}

#define need(call) need_result(#call, (long)(call))

/* A file with these contents, closed again. */
static inline void
make_file(const char *name, const char *contents)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	need_result(name, fd);
	need_result(name, write(fd, contents, strlen(contents)));
	close(fd);
}

/* Prints what a file holds. */
static inline void
show_file(const char *name)
{
	char buffer[512];
	int fd = open(name, O_RDONLY);
	ssize_t n;

	need_result(name, fd);
	printf("%s: \"", name);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, (size_t)n, stdout);
	printf("\"\n");
	close(fd);
}

static inline void
sleep_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

/* Waits until a process sleeps: its state in proc(5)'s stat, after its name. */
static inline void
until_asleep(pid_t pid)
{
	char path[40], text[128];
	const char *state;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	do {
		sleep_ms(10);
		fd = open(path, O_RDONLY);
		n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
		close(fd);
		text[n > 0 ? n : 0] = 0;
		state = strrchr(text, ')');
	} while (state && state[1] && state[2] != 'S');
}

/* A child that runs this; it ends with 0 unless it says otherwise. */
static inline pid_t
start(void (*run)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	need_result("fork", pid);
	if (pid)
		return pid;
	run();
	fflush(stdout);
	_exit(0);
}

/* Waits until a child is a zombie, and leaves it one. */
static inline void
await_end(pid_t pid)
{
	siginfo_t info;

	need_result("waitid",
		    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
}

/* Waits for a child and prints how it ended. */
static inline void
finish(pid_t pid)
{
	int status = 0;

	need_result("waitpid", waitpid(pid, &status, 0));
	show_status(status);
}

int
main(int argc, char *argv[])
{
	arguments = argv;
	for (struct test_case *c = cases; c && argc > 1; c = c->next)
		if (strcmp(c->name, argv[1]) == 0) {
			c->run();
			return 0;
		}
	fprintf(stderr, "no such case\n");
	return 98;
}
