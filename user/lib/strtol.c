/*
 * Integers from text. ISO C 7.22.1.4
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "libc.h"

struct number {
	uint64_t value;
	bool negative;
	bool overflow; /* value is not all of it */
	bool any;      /* there was a digit */
};

/* => the value of a digit; 36 if it is none */
static unsigned
digit(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	if (isalpha((unsigned char)c))
		return (unsigned)(tolower((unsigned char)c) - 'a') + 10;
	return 36;
}

/* 0x counts only before a hexadecimal digit: "0xg" is 0, and "xg" remains. */
static bool
has_0x(const char *s)
{
	return s[0] == '0' && (s[1] | 0x20) == 'x' && digit(s[2]) < 16;
}

/* => behind the number, or s itself if there is none */
static const char *
scan(const char *s, int base, struct number *n)
{
	const char *p = s;

	*n = (struct number){.value = 0};
	while (isspace((unsigned char)*p))
		p++;
	if (*p == '-' || *p == '+')
		n->negative = *p++ == '-';
	if ((base == 0 || base == 16) && has_0x(p)) {
		p += 2;
		base = 16;
	} else if (base == 0) {
		base = *p == '0' ? 8 : 10;
	}
	for (; digit(*p) < (unsigned)base; p++) {
		n->any = true;
		n->overflow |= __builtin_mul_overflow(n->value, (unsigned)base,
						      &n->value);
		n->overflow |=
			__builtin_add_overflow(n->value, digit(*p), &n->value);
	}
	return n->any ? p : s;
}

static bool
start(const char *s, char **end, int base, struct number *n)
{
	if (base < 0 || base == 1 || base > 36) {
		if (end)
			*end = (char *)(uintptr_t)s;
		errno = EINVAL;
		return false;
	}
	s = scan(s, base, n);
	if (end)
		*end = (char *)(uintptr_t)s;
	return true;
}

long
strtol(const char *restrict s, char **restrict end, int base)
{
	struct number n;

	if (!start(s, end, base, &n))
		return 0;
	if (n.overflow || n.value > (uint64_t)LONG_MAX + n.negative) {
		errno = ERANGE;
		return n.negative ? LONG_MIN : LONG_MAX;
	}
	return (long)(n.negative ? -n.value : n.value);
}

unsigned long
strtoul(const char *restrict s, char **restrict end, int base)
{
	struct number n;

	if (!start(s, end, base, &n))
		return 0;
	if (n.overflow) {
		errno = ERANGE;
		return ULONG_MAX;
	}
	return n.negative ? -n.value : n.value;
}

long long
strtoll(const char *restrict s, char **restrict end, int base)
{
	return strtol(s, end, base);
}

unsigned long long
strtoull(const char *restrict s, char **restrict end, int base)
{
	return strtoul(s, end, base);
}

intmax_t
strtoimax(const char *restrict s, char **restrict end, int base)
{
	return strtol(s, end, base);
}

uintmax_t
strtoumax(const char *restrict s, char **restrict end, int base)
{
	return strtoul(s, end, base);
}

int
atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long
atol(const char *s)
{
	return strtol(s, NULL, 10);
}

long long
atoll(const char *s)
{
	return strtol(s, NULL, 10);
}
