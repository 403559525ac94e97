/*
 * The heart of printf: it takes a format apart and turns arguments into text.
 * ISO C 7.21.6.1. Floating point is in printf_double.c, the functions that
 * programs call are in printf_family.c.
 */
#include "printf.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "printf_family.h"

void
__put(struct sink *sink, const char *text, size_t n)
{
	sink->put(sink, text, n);
	sink->total += n;
}

void
__put_many(struct sink *sink, char c, long n)
{
	char run[32];

	memset(run, c, sizeof(run));
	for (; n > 0; n -= (long)sizeof(run))
		__put(sink, run,
		      n < (long)sizeof(run) ? (size_t)n : sizeof(run));
}

long
__put_before(struct sink *sink, const struct conversion *c, const char *prefix,
	     size_t body)
{
	size_t length = strlen(prefix);
	long padding = (long)c->width - (long)(length + body);

	if (!(c->flags & (LEFT | ZERO)))
		__put_many(sink, ' ', padding);
	__put(sink, prefix, length);
	if (!(c->flags & LEFT) && (c->flags & ZERO))
		__put_many(sink, '0', padding);
	return c->flags & LEFT ? padding : 0;
}

static void
put_text(struct sink *sink, const struct conversion *c, const char *text,
	 size_t n)
{
	struct conversion plain = *c;
	long after;

	plain.flags &= ~(unsigned)ZERO;
	after = __put_before(sink, &plain, "", n);
	__put(sink, text, n);
	__put_many(sink, ' ', after);
}

static void
put_string(struct sink *sink, const struct conversion *c, const char *s)
{
	if (!s)
		s = c->precision >= 0 && c->precision < 6 ? "" : "(null)";
	put_text(sink, c, s,
		 c->precision < 0 ? strlen(s)
				  : strnlen(s, (size_t)c->precision));
}

/* The digits of n, ending where end points. => the first of them */
static char *
digits(char *end, uint64_t n, unsigned base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; n > 0; n /= base)
		*--end = set[n % base];
	return end;
}

static const char *
sign(const struct conversion *c, bool negative)
{
	if (negative)
		return "-";
	return c->flags & PLUS ? "+" : c->flags & SPACE ? " " : "";
}

static void
put_number(struct sink *sink, struct conversion c, uint64_t n, bool negative)
{
	char buffer[24], *end = buffer + sizeof(buffer), *first;
	const char *prefix = "";
	unsigned base = 10;
	long zeros, after;

	switch (c.letter) {
	case 'd':
		prefix = sign(&c, negative);
		break;
	case 'o':
		base = 8;
		break;
	case 'x':
	case 'X':
		base = 16;
		if ((c.flags & ALT) && n != 0)
			prefix = c.letter == 'x' ? "0x" : "0X";
		break;
	}
	first = digits(end, n, base, c.letter == 'X');
	if (c.precision >= 0)
		c.flags &= ~(unsigned)ZERO;
	zeros = (c.precision < 0 ? 1 : c.precision) - (end - first);
	if (base == 8 && (c.flags & ALT) && zeros < 1)
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	after = __put_before(sink, &c, prefix, (size_t)(end - first + zeros));
	__put_many(sink, '0', zeros);
	__put(sink, first, (size_t)(end - first));
	__put_many(sink, ' ', after);
}

static int64_t
signed_argument(char length, struct arguments *a)
{
	switch (length) {
	case 'H':
		return (signed char)va_arg(a->list, int);
	case 'h':
		return (short)va_arg(a->list, int);
	case 'l':
	case 'q':
	case 'j':
	case 'z':
	case 't':
	case 'L':
		return va_arg(a->list, long);
	default:
		return va_arg(a->list, int);
	}
}

static uint64_t
unsigned_argument(char length, struct arguments *a)
{
	int64_t n = signed_argument(length, a);

	switch (length) {
	case 'H':
		return (unsigned char)n;
	case 'h':
		return (unsigned short)n;
	case 0:
		return (unsigned)n;
	default:
		return (uint64_t)n;
	}
}

/* %n */
static void
store_total(char length, size_t total, void *where)
{
	switch (length) {
	case 'H':
		*(signed char *)where = (signed char)total;
		break;
	case 'h':
		*(short *)where = (short)total;
		break;
	case 0:
		*(int *)where = (int)total;
		break;
	default:
		*(long *)where = (long)total;
	}
}

static void
put_pointer(struct sink *sink, struct conversion c, const void *p)
{
	if (!p) {
		put_text(sink, &c, "(nil)", 5);
		return;
	}
	c.letter = 'x';
	c.flags |= ALT;
	put_number(sink, c, (uintptr_t)p, false);
}

/* => false: no such conversion */
static bool
convert(struct sink *sink, struct conversion *c, struct arguments *a)
{
	int64_t n;
	char byte;

	switch (c->letter) {
	case 'd':
	case 'i':
		c->letter = 'd';
		n = signed_argument(c->length, a);
		put_number(sink, *c, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0);
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_number(sink, *c, unsigned_argument(c->length, a), false);
		break;
	case 'c':
		byte = (char)va_arg(a->list, int);
		put_text(sink, c, &byte, 1);
		break;
	case 's':
		put_string(sink, c, va_arg(a->list, char *));
		break;
	case 'p':
		put_pointer(sink, *c, va_arg(a->list, void *));
		break;
	case 'n':
		store_total(c->length, sink->total, va_arg(a->list, void *));
		break;
	case 'm':
		put_string(sink, c, strerror(a->error));
		break;
	case '%':
		__put(sink, "%", 1);
		break;
	default:
		if (!c->letter || !strchr("fFeEgGaA", c->letter))
			return false;
		__put_double(sink, c,
			     c->length == 'L'
				     ? (double)va_arg(a->list, long double)
				     : va_arg(a->list, double));
	}
	return true;
}

static unsigned
parse_flags(const char **format)
{
	static const char letters[] = "-+ #0";
	unsigned flags = 0;
	const char *found;

	while (**format && (found = strchr(letters, **format))) {
		flags |= 1U << (found - letters);
		++*format;
	}
	return flags;
}

/* A number or, for *, an argument. => false: beyond int */
static bool
parse_number(const char **format, struct arguments *a, int *n)
{
	*n = 0;
	if (**format == '*') {
		++*format;
		*n = va_arg(a->list, int);
		return true;
	}
	for (; isdigit((unsigned char)**format); ++*format)
		if (__builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, **format - '0', n))
			return false;
	return true;
}

static char
parse_length(const char **format)
{
	char length = **format;

	if (!length || !strchr("hljztLq", length))
		return 0;
	++*format;
	if ((length == 'h' || length == 'l') && **format == length) {
		++*format;
		return length == 'h' ? 'H' : 'q';
	}
	return length;
}

/* => false: malformed; format then is of no more use */
static bool
parse(const char **format, struct conversion *c, struct arguments *a)
{
	c->flags = parse_flags(format);
	c->precision = -1;
	if (!parse_number(format, a, &c->width))
		return false;
	if (c->width < 0) {
		c->flags |= LEFT;
		c->width = c->width == INT_MIN ? INT_MAX : -c->width;
	}
	if (**format == '.') {
		++*format;
		if (!parse_number(format, a, &c->precision))
			return false;
	}
	c->length = parse_length(format);
	c->letter = **format;
	return true;
}

int
__print(struct sink *sink, const char *format, struct arguments *a)
{
	while (*format) {
		const char *percent = strchrnul(format, '%');
		struct conversion c;

		__put(sink, format, (size_t)(percent - format));
		if (!*percent)
			break;
		format = percent + 1;
		if (!parse(&format, &c, a)) {
			errno = EOVERFLOW;
			return -1;
		}
		if (!convert(sink, &c, a)) {
			errno = EINVAL;
			return -1;
		}
		format++;
	}
	if (sink->total > INT_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	return (int)sink->total;
}
