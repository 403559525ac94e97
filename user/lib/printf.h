/*
 * The inside of the printf family: where text goes, and what a conversion asks.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "libc.h"

#pragma GCC visibility push(hidden)

/* Takes text; put is told about all of it, and counts what it cannot keep. */
struct sink {
	void (*put)(struct sink *sink, const char *text, size_t n);
	size_t total; /* what was put, kept or not */
};

enum {
	LEFT = 1,  /* '-' */
	PLUS = 2,  /* '+' */
	SPACE = 4, /* ' ' */
	ALT = 8,   /* '#' */
	ZERO = 16, /* '0' */
};

/* %[flags][width][.precision][length]conversion */
struct conversion {
	unsigned flags;
	int width;
	int precision; /* -1: none given */
	char length;   /* H hh, h, l, q ll, j, z, t, L, or 0 */
	char letter;
};

void __put(struct sink *sink, const char *text, size_t n);
void __put_many(struct sink *sink, char c, long n);
/* Spaces or, with ZERO, zeros, so that body fills the width. The prefix (sign,
 * 0x) comes behind the spaces and before the zeros. => spaces for the end */
long __put_before(struct sink *sink, const struct conversion *c,
		  const char *prefix, size_t body);
void __put_double(struct sink *sink, const struct conversion *c, double x);

#pragma GCC visibility pop
