/*
 * The scanf family: text taken apart by a format. ISO C 7.21.6.2
 *
 * A string is read as a stream that has all of it in its buffer.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct input {
	FILE *f;
	long taken; /* characters so far, for %n */
	va_list args;
};

/* %[*][width][length]conversion */
struct want {
	bool suppress;
	int width;   /* 0: none given */
	char length; /* H hh, h, l, q ll, j, z, t, L, or 0 */
	char letter;
};

enum result { DONE, MISMATCH, END };

static int
next(struct input *in)
{
	int c = fgetc(in->f);

	if (c != EOF)
		in->taken++;
	return c;
}

static void
back(struct input *in, int c)
{
	if (c != EOF && ungetc(c, in->f) != EOF)
		in->taken--;
}

static bool
at_end(const struct input *in)
{
	return feof(in->f) || ferror(in->f);
}

static void
skip_space(struct input *in)
{
	int c;

	while (isspace(c = next(in)))
		continue;
	back(in, c);
}

static void
store_integer(char length, void *where, uint64_t n)
{
	switch (length) {
	case 'H':
		*(unsigned char *)where = (unsigned char)n;
		break;
	case 'h':
		*(unsigned short *)where = (unsigned short)n;
		break;
	case 0:
		*(unsigned *)where = (unsigned)n;
		break;
	default:
		*(unsigned long *)where = n;
	}
}

static void
store_double(char length, void *where, double x)
{
	switch (length) {
	case 'l':
		*(double *)where = x;
		break;
	case 'L':
		*(long double *)where = x;
		break;
	default:
		*(float *)where = (float)x;
	}
}

enum { LONGEST = 128 }; /* of a number as text */

/* Takes characters while the text so far could begin a number: that is, from
 * accept, a sign only at the start or behind an exponent's letter. */
static size_t
take(struct input *in, char text[LONGEST], int width, const char *accept,
     const char *exponent)
{
	size_t n = 0;
	int c = EOF;

	if (width == 0 || width > LONGEST - 1)
		width = LONGEST - 1;
	while (n < (size_t)width && (c = next(in)) != EOF) {
		bool sign_fits = n == 0 || strchr(exponent, text[n - 1]);

		if (!c || !(c == '+' || c == '-' ? sign_fits
						 : strchr(accept, c) != NULL))
			break;
		text[n++] = (char)c;
		c = EOF;
	}
	back(in, c);
	text[n] = '\0';
	return n;
}

static const char *
digits_of(int base)
{
	switch (base) {
	case 8:
		return "01234567";
	case 10:
		return "0123456789";
	default:
		return "0123456789abcdefABCDEFxX";
	}
}

/* What strtol did not use goes back, as far as ungetc holds. */
static void
give_back(struct input *in, const char *text, const char *end)
{
	for (const char *p = text + strlen(text); p > end;)
		back(in, *--p);
}

static enum result
scan_integer(struct input *in, const struct want *w, void *where)
{
	int base = strchr("xXp", w->letter) ? 16
		   : w->letter == 'o'	    ? 8
		   : w->letter == 'i'	    ? 0
					    : 10;
	char text[LONGEST], *end;
	uint64_t n;

	if (take(in, text, w->width, digits_of(base), "") == 0)
		return at_end(in) ? END : MISMATCH;
	if (w->letter == 'd' || w->letter == 'i')
		n = (uint64_t)strtol(text, &end, base);
	else
		n = strtoul(text, &end, base);
	give_back(in, text, end);
	if (end == text)
		return MISMATCH;
	if (where)
		store_integer(w->letter == 'p' ? 'l' : w->length, where, n);
	return DONE;
}

static enum result
scan_double(struct input *in, const struct want *w, void *where)
{
	char text[LONGEST], *end;
	double x;

	if (take(in, text, w->width, "0123456789.abcdefABCDEFinftyINFTYxXpP",
		 "eEpP") == 0)
		return at_end(in) ? END : MISMATCH;
	x = strtod(text, &end);
	give_back(in, text, end);
	if (end == text)
		return MISMATCH;
	if (where)
		store_double(w->length, where, x);
	return DONE;
}

/* A set of characters, from %[...], or all that are not space. */
struct set {
	bool has[256];
};

/* => behind the ] */
static const char *
parse_set(const char *format, struct set *set)
{
	bool except = *format == '^';
	const char *first;

	format += except;
	memset(set->has, except, sizeof(set->has));
	for (first = format; *format && (*format != ']' || format == first);
	     format++) {
		unsigned char from = (unsigned char)*format, to = from;

		if (format[1] == '-' && format[2] && format[2] != ']') {
			format += 2;
			to = (unsigned char)*format;
		}
		for (int c = from; c <= to; c++)
			set->has[c] = !except;
	}
	return *format ? format + 1 : format;
}

/* %c, %s and %[: only %c has no zero at the end and a width of 1. */
static enum result
scan_text(struct input *in, const struct want *w, const struct set *set,
	  char *where)
{
	long width = w->width > 0 ? w->width : w->letter == 'c' ? 1 : -1;
	long n = 0;
	int c;

	for (; n != width; n++) {
		c = next(in);
		if (c == EOF || !set->has[c]) {
			back(in, c);
			break;
		}
		if (where)
			*where++ = (char)c;
	}
	if (n == 0 || (w->letter == 'c' && n < width))
		return at_end(in) ? END : MISMATCH;
	if (where && w->letter != 'c')
		*where = '\0';
	return DONE;
}

/* => behind the conversion */
static const char *
parse(const char *format, struct want *w, struct set *set)
{
	*w = (struct want){.suppress = *format == '*'};
	format += w->suppress;
	while (isdigit((unsigned char)*format))
		w->width = w->width * 10 + (*format++ - '0');
	if (*format && strchr("hljztLq", *format)) {
		w->length = *format++;
		if (w->length == 'h' && *format == 'h') {
			w->length = 'H';
			format++;
		} else if (w->length == 'l' && *format == 'l') {
			w->length = 'q';
			format++;
		}
	}
	w->letter = *format;
	if (*format)
		format++;
	if (w->letter == '[') {
		format = parse_set(format, set);
	} else {
		memset(set->has, true, sizeof(set->has));
		for (int c = 0; w->letter == 's' && c < 256; c++)
			set->has[c] = !isspace(c);
	}
	return format;
}

static enum result
convert(struct input *in, const struct want *w, const struct set *set)
{
	void *where;

	if (!strchr("c[n", w->letter))
		skip_space(in);
	if (w->letter == '%') {
		int c = next(in);

		if (c != '%')
			back(in, c);
		return c == '%' ? DONE : c == EOF ? END : MISMATCH;
	}
	where = w->suppress ? NULL : va_arg(in->args, void *);
	switch (w->letter) {
	case 'n':
		if (where)
			store_integer(w->length, where, (uint64_t)in->taken);
		return DONE;
	case 'c':
	case 's':
	case '[':
		return scan_text(in, w, set, where);
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'p':
		return scan_integer(in, w, where);
	default:
		return w->letter && strchr("aAeEfFgG", w->letter)
			       ? scan_double(in, w, where)
			       : MISMATCH;
	}
}

/* One item of the format: space, a character to match, or a conversion. */
static enum result
scan_item(struct input *in, const char **format, int *stored)
{
	enum result result;
	struct want w;
	struct set set;
	int c;

	if (isspace((unsigned char)**format)) {
		++*format;
		skip_space(in);
		return DONE;
	}
	if (**format != '%') {
		c = next(in);
		if (c == (unsigned char)*(*format)++)
			return DONE;
		back(in, c);
		return c == EOF ? END : MISMATCH;
	}
	*format = parse(*format + 1, &w, &set);
	result = convert(in, &w, &set);
	if (result == DONE && !w.suppress && !strchr("n%", w.letter))
		++*stored;
	return result;
}

int
vfscanf(FILE *f, const char *format, va_list args)
{
	LOCKED(&f->lock);
	struct input in = {.f = f};
	enum result result = DONE;
	int stored = 0;

	if (!__stream_read(f))
		return EOF;
	va_copy(in.args, args);
	while (*format && result == DONE)
		result = scan_item(&in, &format, &stored);
	va_end(in.args);
	return result == END && stored == 0 ? EOF : stored;
}

int
vsscanf(const char *s, const char *format, va_list args)
{
	struct stream f = {.fd = -1, .flags = CAN_READ | READING | STRING};

	f.buf = f.pos = (unsigned char *)(uintptr_t)s;
	f.end = f.pos + strlen(s);
	return vfscanf(&f, format, args);
}

int
vscanf(const char *format, va_list args)
{
	return vfscanf(stdin, format, args);
}

int
fscanf(FILE *f, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfscanf(f, format, args);
	va_end(args);
	return n;
}

int
scanf(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfscanf(stdin, format, args);
	va_end(args);
	return n;
}

int
sscanf(const char *s, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsscanf(s, format, args);
	va_end(args);
	return n;
}
