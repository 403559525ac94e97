/*
 * What the demonstrations have in common: looking at a page, a program to look
 * at beside oneself, and a claim that holds or does not.
 */
#pragma once

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <quire.h>

enum {
	DEMO_PAGE = 4096,
};

static int demo_failed;

/* Says whether a claim held; the program's status depends on all of them. */
__attribute__((format(printf, 2, 3))) static inline void
demo_claim(int holds, const char *fmt, ...)
{
	va_list args;

	printf("  %s  ", holds ? "[holds]" : "[FAILS]");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	demo_failed |= !holds;
}

static inline int
demo_end(void)
{
	putchar('\n');
	return demo_failed;
}

static inline void
demo_check(int fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(2);
}

/* The page of a process (0: this one) that holds addr. */
static inline struct pageinfo
demo_page(pid_t pid, const volatile void *addr)
{
	struct pageinfo info;

	demo_check(pageinfo(pid, (const void *)(uintptr_t)addr, &info) == 0,
		   "pageinfo");
	return info;
}

/* Finds the first page at or after *addr that has a frame, in any region. */
static inline int
demo_next(pid_t pid, uint64_t *addr, struct pageinfo *info)
{
	while (pageinfo(pid, (const void *)*addr, info) == 0) {
		if (info->region_start > *addr)
			*addr = info->region_start;
		else if (info->present)
			return 1;
		else
			*addr = info->next ? info->next : info->region_end;
	}
	return 0;
}

/* "r-x" */
static inline const char *
demo_rights(int prot, char text[4])
{
	text[0] = prot & 1 ? 'r' : '-';
	text[1] = prot & 2 ? 'w' : '-';
	text[2] = prot & 4 ? 'x' : '-';
	text[3] = 0;
	return text;
}

/* The frame of a page for a table: its number, or that there is none. */
static inline const char *
demo_frame(const struct pageinfo *info, char text[16])
{
	snprintf(text, 16, info->present ? "0x%05lx" : "none",
		 (unsigned long)info->frame);
	return text;
}

static inline unsigned long
demo_frames(int kind)
{
	struct meminfo m;

	/* Twice: the first may have to copy the page that m is in. */
	demo_check(meminfo(&m) == 0 && meminfo(&m) == 0, "meminfo");
	return m.frames[kind];
}

/* Frames in use: pages, page tables, kernel objects, kernel stacks. */
static inline unsigned long
demo_used(void)
{
	struct meminfo m;

	demo_check(meminfo(&m) == 0, "meminfo");
	return m.frames[MEM_TABLE] + m.frames[MEM_HEAP] + m.frames[MEM_STACK] +
	       m.frames[MEM_PAGE];
}

/* Waits until pid runs the program `name` and has gone to sleep in it: from
 * then on nothing of it changes. */
static inline void
demo_settle(pid_t pid, const char *name)
{
	const struct timespec tick = {.tv_nsec = 10000000};
	struct psinfo p;

	for (int tries = 0; tries < 500; tries++) {
		if (psinfo(pid, &p) == 0 && p.pid == pid && p.state == 'S' &&
		    strcmp(p.name, name) == 0)
			return;
		nanosleep(&tick, NULL);
	}
	fprintf(stderr, "%s has not started\n", name);
	exit(2);
}

/* A process that runs /bin/sleep, asleep. */
static inline pid_t
demo_start_sleep(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	demo_check(pid >= 0, "fork");
	if (pid == 0) {
		execl("/bin/sleep", "sleep", "1000", (char *)NULL);
		_exit(127);
	}
	demo_settle(pid, "sleep");
	return pid;
}

static inline void
demo_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
