/*
 * A program for lab linking to link: its sources are those of lab-linked (fixed
 * addresses, PLT entries as function pointers) and of lab-linked-pie (base not
 * known, every address relocated). Its one argument says what to try; it ends
 * with WELL if that went as C says, and uses no more of libc than it must.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "well.h"

enum {
	QUIET = 4 * 4096,
};

extern char **environ;
extern int nobody(void) __attribute__((weak));
extern char nothing[] __attribute__((weak));

/* .data.rel.ro: written by relocation, constant afterwards */
static size_t (*const measure)(const char *) = strlen;

/* .data: its first and last page hold addresses, those between do not. */
static struct {
	_Alignas(4096) void *volatile here;
	char *volatile three_on;
	int (*volatile weak)(void);
	char *volatile weak_on;
	volatile char quiet[QUIET];
	_Alignas(4096) const char *volatile there;
} table = {
	.here = &table,
	.three_on = (char *)&strlen + 3,
	.weak = nobody,
	.weak_on = nothing + 8,
	.quiet = {1},
	.there = "there",
};

static int
calls(void)
{
	static volatile char text[] = "twelve chars";

	return strlen((const char *)(uintptr_t)text) == 12 &&
	       strcmp((const char *)(uintptr_t)text, "twelve charm") > 0 &&
	       getpid() > 0;
}

/* The program's copy is the only one: libc must use it too. */
static int
variables(void)
{
	char **before = environ;
	static char mine[] = "LINKED=yes";
	static char *environment[] = {mine, NULL};
	char *value;

	if (!before || fileno(stdout) != 1 || fileno(stderr) != 2)
		return 0;
	environ = environment;
	value = getenv("LINKED");
	environ = before;
	return value == mine + 7 && !getenv("LINKED");
}

static int
pointers(void)
{
	size_t (*volatile again)(const char *) = strlen;
	size_t (*const volatile *relocated)(const char *) = &measure;

	return *relocated == again && (*relocated)("four") == 4 &&
	       table.three_on == (char *)(uintptr_t)again + 3 &&
	       table.here == (void *)&table && table.there[4] == 'e';
}

static int
weak(void)
{
	return !nobody && !nothing && !table.weak &&
	       table.weak_on == (char *)8 && table.there[0] == 't';
}

/* Only reads its data. */
_Noreturn static void
rest(void)
{
	for (;;)
		sleep(1000);
}

/* What was relocated for good must not be writable any more. */
static int
scribble(void)
{
	*(void *volatile *)(uintptr_t)&measure = &table;
	return 1;
}

int
main(int argc, char *argv[])
{
	int fine = argc == 2;

	if (!fine)
		return 1;
	switch (argv[1][0]) {
	case 'r':
		break;
	case 'c':
		fine = calls();
		break;
	case 'v':
		fine = variables();
		break;
	case 'p':
		fine = pointers();
		break;
	case 'w':
		fine = weak();
		break;
	case 's':
		fine = scribble();
		break;
	case 'z':
		rest();
	}
	return fine ? WELL : 1;
}
