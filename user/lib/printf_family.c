/*
 * The printf family: the same text into a stream, a string, a new string, a
 * descriptor.
 */
#include "printf_family.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

struct stream_sink {
	struct sink sink;
	FILE *f;
	bool failed;
};

struct string_sink {
	struct sink sink;
	char *to;
	size_t room; /* without the zero at the end */
};

static void
put_stream(struct sink *sink, const char *text, size_t n)
{
	struct stream_sink *s = (struct stream_sink *)sink;

	if (n > 0 && !s->failed)
		s->failed =
			__stream_put(s->f, (const unsigned char *)text, n) != n;
}

static void
put_string(struct sink *sink, const char *text, size_t n)
{
	struct string_sink *s = (struct string_sink *)sink;

	if (n > s->room)
		n = s->room;
	memcpy(s->to, text, n);
	s->to += n;
	s->room -= n;
}

static int
print_stream(FILE *f, const char *format, struct arguments *a)
{
	struct stream_sink s = {{put_stream, 0}, f, false};
	int n = __print(&s.sink, format, a);

	return s.failed ? -1 : n;
}

/* An unbuffered stream gets a buffer for the time of the call. */
static int
print_unbuffered(FILE *f, const char *format, struct arguments *a)
{
	unsigned char buffer[256], *old = f->buf;
	int n;

	f->buf = f->pos = buffer;
	f->size = sizeof(buffer);
	n = print_stream(f, format, a);
	if (__stream_flush(f) < 0)
		n = -1;
	f->buf = f->pos = old;
	f->size = 1;
	return n;
}

int
vfprintf(FILE *f, const char *format, va_list args)
{
	LOCKED(&f->lock);
	struct arguments a = {.error = errno};
	int n;

	if (!__stream_write(f))
		return -1;
	va_copy(a.list, args);
	n = f->flags & UNBUFFERED ? print_unbuffered(f, format, &a)
				  : print_stream(f, format, &a);
	va_end(a.list);
	return n;
}

int
vsnprintf(char *s, size_t size, const char *format, va_list args)
{
	char none;
	struct string_sink sink = {{put_string, 0}, s, size};
	struct arguments a = {.error = errno};
	int n;

	if (size == 0)
		sink.to = &none;
	else
		sink.room--;
	va_copy(a.list, args);
	n = __print(&sink.sink, format, &a);
	va_end(a.list);
	*sink.to = '\0';
	return n;
}

int
vsprintf(char *s, const char *format, va_list args)
{
	return vsnprintf(s, (size_t)-1 - (uintptr_t)s, format, args);
}

int
vasprintf(char **s, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0 || !(*s = malloc((size_t)n + 1)))
		return -1;
	return vsnprintf(*s, (size_t)n + 1, format, args);
}

int
vdprintf(int fd, const char *format, va_list args)
{
	struct stream f = {.fd = fd, .flags = CAN_WRITE | UNBUFFERED};

	return vfprintf(&f, format, args);
}

int
vprintf(const char *format, va_list args)
{
	return vfprintf(stdout, format, args);
}

int
printf(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfprintf(stdout, format, args);
	va_end(args);
	return n;
}

int
fprintf(FILE *f, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfprintf(f, format, args);
	va_end(args);
	return n;
}

int
dprintf(int fd, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vdprintf(fd, format, args);
	va_end(args);
	return n;
}

int
sprintf(char *s, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsprintf(s, format, args);
	va_end(args);
	return n;
}

int
snprintf(char *s, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(s, size, format, args);
	va_end(args);
	return n;
}

int
asprintf(char **s, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(s, format, args);
	va_end(args);
	return n;
}
