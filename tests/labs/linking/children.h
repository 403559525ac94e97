/*
 * The programs to link, started and watched by a program that is linked
 * statically and so depends on nothing of this lab.
 */
#pragma once

#include "pages.h"

enum {
	PATIENCE_MS = 1500,
	HANGS = 2000,
};

/* Waits for the end of a child, not for ever. => as ending(), or HANGS */
static inline int
end_of(pid_t pid)
{
	int status;

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return ending(status);
		sleep_ms(5);
	}
	stop(pid);
	return HANGS;
}

static inline pid_t
start_linked(const char *path, const char *what)
{
	static char file[64], argument[64];

	snprintf(file, sizeof(file), "%s", path);
	snprintf(argument, sizeof(argument), "%s", what);
	return start_program((char *[]){file, argument, NULL});
}

/* => how the program ended */
static inline int
try(const char *path, const char *what)
{
	return end_of(start_linked(path, what));
}

/* One claim: the program ends so. */
static inline int
ends(int end, int wanted, const char *path, const char *claim)
{
	const char *name = strrchr(path, '/') + 1;

	if (ok(end == wanted, "%s: %s", name, claim))
		return 1;
	if (end == HANGS)
		diag("it was still running after %d ms", PATIENCE_MS);
	else if (end >= 1000)
		diag("signal %d ended it; the kernel explains why", end - 1000);
	else if (end == 127)
		diag("the dynamic linker gave up: status 127");
	else
		diag("it ended with status %d, wanted %d", end, wanted);
	return 0;
}

/* Starts a child that then sleeps. => 0: it ended instead, or runs on */
static inline pid_t
start_sleeper(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	pid_t pid = start_linked(path, "z");
	static struct psinfo p;

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (psinfo(pid, &p) || p.pid != pid || p.state == 'Z')
			break;
		if (p.state == 'S' && strncmp(p.name, name, 10) == 0)
			return pid;
		sleep_ms(5);
	}
	stop(pid);
	return 0;
}
