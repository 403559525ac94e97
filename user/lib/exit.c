/*
 * The end of a program, expected or not.
 *
 * Owns: the list of functions to call at exit.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "libc.h"

enum { HANDLERS = 34 }; /* ISO C asks for 32, we need two */

static void (*handlers[HANDLERS])(void);
static int handler_count;

int
atexit(void (*function)(void))
{
	if (handler_count == HANDLERS) {
		errno = ENOMEM;
		return -1;
	}
	handlers[handler_count++] = function;
	return 0;
}

void
exit(int status)
{
	while (handler_count > 0)
		handlers[--handler_count]();
	if (__stdio_exit)
		__stdio_exit();
	_exit(status);
}

void
_exit(int status)
{
	for (;;)
		kernel(SYS_exit_group, status);
}

void
_Exit(int status)
{
	_exit(status);
}

/* A handler may see the signal, and may not return. ISO C 7.22.4.1 */
void
abort(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGABRT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGABRT);
	signal(SIGABRT, SIG_DFL);
	raise(SIGABRT);
	_exit(127);
}

void
__complain(const char *a, const char *b, const char *c, const char *d)
{
	const char *piece[] = {a, b, c, d, "\n"};

	for (size_t i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		size_t n = 0;

		while (piece[i][n])
			n++;
		kernel(SYS_write, STDERR_FILENO, piece[i], n);
	}
}
