/*
 * Test Anything Protocol, version 14: each claim is one line.
 *
 * Under tests/user/runner a program is a subtest, whose lines are indented by
 * what TAP_INDENT says. Every line is one write, so that lines of the kernel and
 * of other processes come between lines, not into them.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 2, 0))) static inline void
tap_line(const char *start, const char *fmt, va_list args)
{
	static char line[400];
	const char *indent = getenv("TAP_INDENT");
	size_t len;

	snprintf(line, sizeof(line), "%s%s", indent ? indent : "", start);
	len = strlen(line);
	vsnprintf(line + len, sizeof(line) - len - 1, fmt, args);
	len = strlen(line);
	line[len] = '\n';
	if (write(1, line, len + 1) < 0)
		_exit(99);
}

__attribute__((format(printf, 1, 2))) static inline void
diag(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tap_line("# ", fmt, args);
	va_end(args);
}

/* One claim. => whether it held */
__attribute__((format(printf, 4, 5))) static inline int
tap_ok(int holds, const char *file, int line, const char *fmt, ...)
{
	char start[32];
	va_list args;

	snprintf(start, sizeof(start), "%s %d - ", holds ? "ok" : "not ok",
		 ++tap_count);
	va_start(args, fmt);
	tap_line(start, fmt, args);
	va_end(args);
	if (!holds) {
		tap_failures++;
		diag("%s:%d", file, line);
	}
	return holds;
}

/* ok(condition, claim...); is(got, wanted, claim...) */
#define ok(holds, ...) tap_ok(!!(holds), __FILE__, __LINE__, __VA_ARGS__)
#define is(got, wanted, ...)                                                 \
	do {                                                                 \
		long tap_got = (long)(got), tap_wanted = (long)(wanted);     \
                                                                             \
		if (!ok(tap_got == tap_wanted, __VA_ARGS__))                 \
			diag("got %ld (0x%lx), wanted %ld (0x%lx)", tap_got, \
			     (unsigned long)tap_got, tap_wanted,             \
			     (unsigned long)tap_wanted);                     \
	} while (0)
/* A call that must fail, and how. */
#define fails(call, error, ...)                                               \
	do {                                                                  \
		long tap_result;                                              \
                                                                              \
		errno = 0;                                                    \
		tap_result = (long)(call);                                    \
		if (!ok(tap_result == -1 && errno == (error), __VA_ARGS__))   \
			diag("returned %ld, errno %d, wanted %d", tap_result, \
			     errno, (error));                                 \
	} while (0)
#define is_string(got, wanted, ...)                                     \
	do {                                                            \
		const char *tap_got = (got), *tap_wanted = (wanted);    \
                                                                        \
		if (!ok(strcmp(tap_got, tap_wanted) == 0, __VA_ARGS__)) \
			diag("got \"%s\", wanted \"%s\"", tap_got,      \
			     tap_wanted);                               \
	} while (0)

/* What has to work for the test to make sense. */
static inline void
need(int fine, const char *what)
{
	if (fine)
		return;
	diag("%s: %s", what, strerror(errno));
	_exit(98);
}

/* In a lab: the word that its grader put into this boot. */
static char tap_word[25];

/* Takes it, and removes its file: a program that starts others, which run what a
 * student wrote, calls this first, so that they cannot find it. */
static inline void
tap_take_seal(void)
{
	int fd = open("/etc/seal", O_RDONLY);

	if (fd < 0)
		return;
	if (read(fd, tap_word, sizeof(tap_word) - 1) != sizeof(tap_word) - 1)
		tap_word[0] = '\0';
	close(fd);
	unlink("/etc/seal");
}

/* The word, and what was claimed, so that the grader knows the last line of the
 * program from any other. */
static inline void
tap_seal(void)
{
	char line[80];

	if (!tap_word[0])
		tap_take_seal();
	if (!tap_word[0])
		return;
	snprintf(line, sizeof(line), "# seal %s %d %d\n", tap_word, tap_count,
		 tap_failures);
	if (write(1, line, strlen(line)) < 0)
		_exit(99);
}

/* The plan. => the status of the program */
static inline int
done(void)
{
	char start[32];
	const char *indent = getenv("TAP_INDENT");

	snprintf(start, sizeof(start), "%s1..%d\n", indent ? indent : "",
		 tap_count);
	if (write(1, start, strlen(start)) < 0)
		return 99;
	tap_seal();
	return tap_failures ? 1 : 0;
}
