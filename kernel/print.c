/*
 * Formatted text: a small printf for the kernel.
 */
#include "kernel/print.h"

#include "kernel/console.h"
#include "kernel/string.h"

/* Where the characters go. */
struct sink {
	char *buf;   /* NULL: the console */
	size_t size; /* of buf */
	size_t len;  /* characters so far, also those that did not fit */
};

/* One conversion, as parsed from "%-08lx". */
struct spec {
	bool left, zero;
	int width, precision; /* precision < 0: none */
	int longs;	      /* l, ll, z: at least one */
	char type;
};

static void
put(struct sink *sink, char c)
{
	if (!sink->buf) {
		if (c == '\n')
			console_write("\r", 1);
		console_write(&c, 1);
	} else if (sink->len + 1 < sink->size) {
		sink->buf[sink->len] = c;
	}
	sink->len++;
}

static void
pad(struct sink *sink, char c, int n)
{
	while (n-- > 0)
		put(sink, c);
}

static void
put_text(struct sink *sink, const struct spec *spec, const char *text, int len)
{
	bool zero = spec->zero && !spec->left;

	if (zero && len > 0 && *text == '-') {
		put(sink, *text++);
		len--;
		pad(sink, '0', spec->width - len - 1);
	} else if (!spec->left) {
		pad(sink, zero ? '0' : ' ', spec->width - len);
	}
	for (int i = 0; i < len; i++)
		put(sink, text[i]);
	if (spec->left)
		pad(sink, ' ', spec->width - len);
}

static void
put_number(struct sink *sink, const struct spec *spec, uint64_t value,
	   unsigned base, bool negative)
{
	char text[24], *at = text + sizeof(text);

	do
		*--at = "0123456789abcdef"[value % base];
	while ((value /= base) > 0);
	if (negative)
		*--at = '-';
	put_text(sink, spec, at, (int)(text + sizeof(text) - at));
}

static const char *
parse(const char *fmt, struct spec *spec, va_list args)
{
	*spec = (struct spec){.precision = -1};
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		spec->width = spec->width * 10 + *fmt - '0';
	if (fmt[0] == '.' && fmt[1] == '*') {
		spec->precision = va_arg(args, int);
		fmt += 2;
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		spec->longs++;
	spec->type = *fmt;
	return *fmt ? fmt + 1 : fmt;
}

static void
put_signed(struct sink *sink, const struct spec *spec, int64_t value)
{
	bool negative = value < 0;

	put_number(sink, spec, negative ? -(uint64_t)value : (uint64_t)value,
		   10, negative);
}

static void
put_string(struct sink *sink, const struct spec *spec, const char *text)
{
	size_t max = spec->precision < 0 ? 4096 : (size_t)spec->precision;

	if (!text)
		text = "(null)";
	put_text(sink, spec, text, (int)strnlen(text, max));
}

static void
emit(struct sink *sink, const struct spec *spec, va_list args)
{
	char c = spec->type;

	if (c == 's') {
		put_string(sink, spec, va_arg(args, const char *));
	} else if (c == 'c') {
		c = (char)va_arg(args, int);
		put_text(sink, spec, &c, 1);
	} else if (c == 'd') {
		put_signed(sink, spec,
			   spec->longs ? va_arg(args, int64_t)
				       : va_arg(args, int));
	} else if (c == 'u' || c == 'o' || c == 'x') {
		uint64_t v = spec->longs ? va_arg(args, uint64_t)
					 : va_arg(args, unsigned);

		put_number(sink, spec, v,
			   c == 'u'   ? 10
			   : c == 'o' ? 8
				      : 16,
			   false);
	} else if (c) {
		put(sink, c);
	}
}

static void
format_to(struct sink *sink, const char *fmt, va_list args)
{
	struct spec spec;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (*fmt != '%') {
			put(sink, *fmt++);
			continue;
		}
		fmt = parse(fmt + 1, &spec, ap);
		emit(sink, &spec, ap);
	}
	va_end(ap);
}

size_t
vformat(char *buf, size_t size, const char *fmt, va_list args)
{
	char none;
	struct sink sink = {size ? buf : &none, size ? size : 1, 0};

	format_to(&sink, fmt, args);
	sink.buf[min_u64(sink.len, sink.size - 1)] = 0;
	return sink.len;
}

size_t
format(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = vformat(buf, size, fmt, args);
	va_end(args);
	return len;
}

void
vprint(const char *fmt, va_list args)
{
	struct sink console = {NULL, 0, 0};

	format_to(&console, fmt, args);
}

void
print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprint(fmt, args);
	va_end(args);
}
