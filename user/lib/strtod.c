/*
 * Floating-point numbers from text, correctly rounded. ISO C 7.22.1.3
 *
 * The text becomes a struct decimal; shifts bring it into [1/2, 1), counting
 * the power of two; then its first bits are the fraction.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decimal.h"
#include "libc.h"

/* An IEEE 754 format: so many bits behind the 1, and of the exponent. */
struct format {
	int fraction, exponent;
};

static const struct format format_double = {52, 11};
static const struct format format_float = {23, 8};

enum { HUGE_EXPONENT = 100000 };

static int
bias(const struct format *f)
{
	return (1 << (f->exponent - 1)) - 1;
}

static uint64_t
infinity(const struct format *f)
{
	return (uint64_t)(2 * bias(f) + 1) << f->fraction;
}

/* fraction has f->fraction + 1 bits, or fewer for a number too small for that.
 * => the bits of fraction * 2^(exponent - f->fraction) */
static uint64_t
assemble(const struct format *f, uint64_t fraction, int exponent)
{
	uint64_t one = 1ULL << f->fraction;

	if (fraction == 2 * one) { /* rounding made it longer */
		fraction = one;
		exponent++;
	}
	if (exponent > bias(f)) {
		errno = ERANGE;
		return infinity(f);
	}
	if (fraction < one) {
		errno = ERANGE; /* too small: some bits are lost */
		return fraction;
	}
	return (uint64_t)(exponent + bias(f)) << f->fraction |
	       (fraction & (one - 1));
}

/* How many bits bring a number of so many digits towards one, not beyond. */
static int
step(int digits)
{
	static const char bits[] = {1, 3, 6, 9, 13, 16, 19, 23, 26};

	return digits < (int)sizeof(bits) ? bits[digits] : 27;
}

static uint64_t
from_decimal(const struct format *f, struct decimal *d)
{
	int exponent = 0, smallest = 1 - bias(f), n;

	if (d->count == 0)
		return 0;
	if (d->point > 310)
		return assemble(f, 1ULL << f->fraction, bias(f) + 1);
	if (d->point < -330)
		return assemble(f, 0, smallest);
	while (d->point > 0) {
		n = step(d->point);
		__decimal_shift(d, -n);
		exponent += n;
	}
	while (d->point < 0 || d->digit[0] < '5') {
		n = step(-d->point);
		__decimal_shift(d, n);
		exponent -= n;
	}
	exponent--; /* [1/2, 1) is [1, 2) half as large */
	if (exponent < smallest) {
		__decimal_shift(d, exponent - smallest);
		exponent = smallest;
	}
	__decimal_shift(d, 1 + f->fraction);
	return assemble(f, __decimal_integer(d), exponent);
}

/* e+12 => 12, if there is a digit; *end then is behind it. */
static int
scan_exponent(const char *s, char letter, const char **end)
{
	bool negative;
	int n = 0;

	if ((*s | 0x20) != letter)
		return 0;
	s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (!isdigit((unsigned char)*s))
		return 0;
	for (; isdigit((unsigned char)*s); s++)
		if (n < HUGE_EXPONENT)
			n = n * 10 + (*s - '0');
	*end = s;
	return negative ? -n : n;
}

static void
add_digit(struct decimal *d, char c)
{
	if (d->count < DECIMAL_DIGITS)
		d->digit[d->count++] = c;
	else
		d->inexact |= c != '0';
}

/* Digits with at most one point, exponent. => behind it, or NULL */
static const char *
scan_decimal(const char *s, struct decimal *d)
{
	bool any = false, point = false;

	__decimal_set(d, 0);
	for (;; s++) {
		if (*s == '.' && !point) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)*s))
			break;
		any = true;
		if (*s != '0' || d->count > 0) {
			add_digit(d, *s);
			d->point += !point;
		} else if (point) {
			d->point--;
		}
	}
	if (!any)
		return NULL;
	d->point += scan_exponent(s, 'e', &s);
	while (d->count > 0 && d->digit[d->count - 1] == '0')
		d->count--;
	return s;
}

/* Behind 0x: digits with at most one point, binary exponent. */
static const char *
scan_hexadecimal(const char *s, const struct format *f, uint64_t *bits)
{
	int exponent = 0, shift = 64 - (f->fraction + 2), lowest;
	uint64_t n = 0, rest;
	bool point = false, lost = false;

	for (;; s++) {
		int c = tolower((unsigned char)*s);

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!isxdigit(c))
			break;
		if (n >> 60 == 0) {
			n = n * 16 +
			    (uint64_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
			exponent -= point ? 4 : 0;
		} else {
			lost |= c != '0';
			exponent += point ? 0 : 4;
		}
	}
	exponent += scan_exponent(s, 'p', &s);
	*bits = 0;
	if (n == 0)
		return s;
	for (; n >> 63 == 0; n <<= 1)
		exponent--;
	/* n * 2^exponent, n's top bit set: one bit more than fits, and sticky */
	exponent += 63;
	lowest = 1 - bias(f);
	if (exponent < lowest) {
		shift += lowest - exponent;
		exponent = lowest;
	}
	if (shift > 63) {
		*bits = assemble(f, 0, lowest);
		return s;
	}
	rest = n & ((1ULL << shift) - 1);
	n >>= shift;
	lost |= rest != 0;
	n = (n >> 1) + ((n & 1) && (lost || (n & 2)));
	*bits = assemble(f, n, exponent);
	return s;
}

/* "inf", "infinity", "nan", "nan(...)" => behind it, or NULL */
static const char *
scan_word(const char *s, const struct format *f, uint64_t *bits)
{
	*bits = infinity(f);
	if (strncasecmp(s, "infinity", 8) == 0)
		return s + 8;
	if (strncasecmp(s, "inf", 3) == 0)
		return s + 3;
	if (strncasecmp(s, "nan", 3) != 0)
		return NULL;
	*bits |= 1ULL << (f->fraction - 1);
	if (s[3] == '(') {
		const char *p = s + 4;

		while (isalnum((unsigned char)*p) || *p == '_')
			p++;
		if (*p == ')')
			return p + 1;
	}
	return s + 3;
}

static bool
is_hexadecimal(const char *s)
{
	return s[0] == '0' && (s[1] | 0x20) == 'x' &&
	       (isxdigit((unsigned char)s[2]) ||
		(s[2] == '.' && isxdigit((unsigned char)s[3])));
}

/* => the bits of the number in format f */
static uint64_t
convert(const char *s, char **end, const struct format *f)
{
	const char *p = s, *behind;
	struct decimal d;
	bool negative;
	uint64_t bits = 0;

	while (isspace((unsigned char)*p))
		p++;
	negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (is_hexadecimal(p)) {
		behind = scan_hexadecimal(p + 2, f, &bits);
	} else if ((behind = scan_decimal(p, &d))) {
		bits = from_decimal(f, &d);
	} else if (!(behind = scan_word(p, f, &bits))) {
		behind = s;
		bits = 0;
		negative = false;
	}
	if (end)
		*end = (char *)(uintptr_t)behind;
	return bits | (uint64_t)negative << (f->fraction + f->exponent);
}

double
strtod(const char *restrict s, char **restrict end)
{
	uint64_t bits = convert(s, end, &format_double);
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

float
strtof(const char *restrict s, char **restrict end)
{
	uint32_t bits = (uint32_t)convert(s, end, &format_float);
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* No more digits than a double's: see printf_double.c. */
long double
strtold(const char *restrict s, char **restrict end)
{
	return strtod(s, end);
}

double
atof(const char *s)
{
	return strtod(s, NULL);
}
