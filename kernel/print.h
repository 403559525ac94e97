/*
 * Text for people (the console) and for tests (the event stream).
 *
 * print() knows %s %c %d %u %o %x %% with l, z, width, '-' and '0', and %.*s:
 * what printf(3) says of them.
 */
#pragma once

#include <stdarg.h>

#include "kernel/types.h"

void print(const char *fmt, ...) PRINTF(1, 2);
void vprint(const char *fmt, va_list args) PRINTF(1, 0);

/* As snprintf(3): the length that all of it would have had. */
size_t format(char *buf, size_t size, const char *fmt, ...) PRINTF(3, 4);
size_t vformat(char *buf, size_t size, const char *fmt, va_list args)
	PRINTF(3, 0);

/* One line "@seq cycles kind key=value..." on port 0xe9, when the command line
 * says events=1: see kernel/events.c for the kinds. */
extern bool events_on;
void event_write(const char *fmt, ...) PRINTF(1, 2);

#define EVENT(...)                                  \
	do {                                        \
		if (__builtin_expect(events_on, 0)) \
			event_write(__VA_ARGS__);   \
	} while (0)
