/*
 * Streams as programs see them: opening, characters, lines, blocks.
 */
#include <stdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

FILE *
fdopen(int fd, const char *mode)
{
	int flags = __stream_mode(mode);
	long have;

	if (flags < 0)
		return NULL;
	have = kernel(SYS_fcntl, fd, F_GETFL, 0);
	if (have == -EBADF) {
		errno = EBADF;
		return NULL;
	}
	if (have >= 0 && (have & O_ACCMODE) != O_RDWR &&
	    (have & O_ACCMODE) != (flags & O_ACCMODE)) {
		errno = EINVAL;
		return NULL;
	}
	return __stream_new(fd, flags);
}

FILE *
fopen(const char *path, const char *mode)
{
	int flags = __stream_mode(mode), fd;
	FILE *f;

	if (flags < 0)
		return NULL;
	fd = open(path, flags, 0666);
	if (fd < 0)
		return NULL;
	f = __stream_new(fd, flags);
	if (!f)
		close(fd);
	else if ((flags & O_APPEND) && !(flags & O_RDWR))
		lseek(fd, 0, SEEK_END); /* for ftell */
	return f;
}

/* The new file takes the old descriptor's number and the old stream. */
FILE *
freopen(const char *path, const char *mode, FILE *f)
{
	LOCKED(&f->lock);
	int flags = __stream_mode(mode), fd = -1;

	__stream_idle(f);
	if (flags >= 0 && path)
		fd = open(path, flags, 0666);
	if (fd < 0 || dup2(fd, f->fd) < 0) {
		if (fd >= 0)
			close(fd);
		fclose(f);
		return NULL;
	}
	if (fd != f->fd)
		close(fd);
	f->flags &= ~(unsigned)(CAN_READ | CAN_WRITE | AT_EOF | FAILED);
	if ((flags & O_ACCMODE) != O_WRONLY)
		f->flags |= CAN_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		f->flags |= CAN_WRITE;
	return f;
}

int
fgetc(FILE *f)
{
	LOCKED(&f->lock);

	if (!__stream_read(f) || __stream_fill(f) == EOF)
		return EOF;
	return *f->pos++;
}

int
getc(FILE *f)
{
	return fgetc(f);
}

int
getchar(void)
{
	return fgetc(stdin);
}

int
ungetc(int c, FILE *f)
{
	LOCKED(&f->lock);

	if (c == EOF || !__stream_read(f) || f->pos == f->buf - UNGET)
		return EOF;
	if (f->pos > f->buf && f->pos[-1] == (unsigned char)c)
		f->pos--; /* a string's characters are not written to */
	else if (!(f->flags & STRING))
		*--f->pos = (unsigned char)c;
	f->flags &= ~(unsigned)AT_EOF;
	return (unsigned char)c;
}

char *
fgets(char *s, int size, FILE *f)
{
	LOCKED(&f->lock);
	char *p = s;

	if (size <= 0 || !__stream_read(f))
		return NULL;
	while (--size > 0) {
		if (__stream_fill(f) == EOF) {
			if (p == s || ferror(f))
				return NULL;
			break;
		}
		if ((*p++ = (char)*f->pos++) == '\n')
			break;
	}
	*p = '\0';
	return s;
}

/* Makes room for a line of n characters and its end. */
static bool
line_room(char **line, size_t *size, size_t n)
{
	size_t want = *size < 64 ? 128 : *size * 2;
	char *more;

	if (*line && n + 1 < *size)
		return true;
	more = realloc(*line, want);
	if (!more)
		return false;
	*line = more;
	*size = want;
	return true;
}

ssize_t
getdelim(char **line, size_t *size, int delimiter, FILE *f)
{
	LOCKED(&f->lock);
	size_t n = 0;
	int c;

	if (!*line)
		*size = 0;
	do {
		if (!line_room(line, size, n))
			return -1;
		c = fgetc(f);
		if (c == EOF)
			break;
		(*line)[n++] = (char)c;
	} while (c != delimiter);
	if (n == 0)
		return -1;
	(*line)[n] = '\0';
	return (ssize_t)n;
}

ssize_t
getline(char **line, size_t *size, FILE *f)
{
	return getdelim(line, size, '\n', f);
}

/* => how many of n bytes came */
static size_t
get(FILE *f, unsigned char *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t part;

		if (__stream_fill(f) == EOF)
			break;
		part = (size_t)(f->end - f->pos);
		if (part > n - done)
			part = n - done;
		memcpy(data + done, f->pos, part);
		f->pos += part;
		done += part;
	}
	return done;
}

size_t
fread(void *data, size_t size, size_t count, FILE *f)
{
	LOCKED(&f->lock);
	size_t n;

	if (__builtin_mul_overflow(size, count, &n) || n == 0 ||
	    !__stream_read(f))
		return 0;
	return get(f, data, n) / size;
}

size_t
fwrite(const void *data, size_t size, size_t count, FILE *f)
{
	LOCKED(&f->lock);
	size_t n;

	if (__builtin_mul_overflow(size, count, &n) || n == 0 ||
	    !__stream_write(f))
		return 0;
	return __stream_put(f, data, n) / size;
}

int
fputc(int c, FILE *f)
{
	unsigned char byte = (unsigned char)c;

	return fwrite(&byte, 1, 1, f) == 1 ? byte : EOF;
}

int
putc(int c, FILE *f)
{
	return fputc(c, f);
}

int
putchar(int c)
{
	return fputc(c, stdout);
}

int
fputs(const char *s, FILE *f)
{
	size_t n = strlen(s);

	return fwrite(s, 1, n, f) == n ? 0 : EOF;
}

int
puts(const char *s)
{
	LOCKED(&stdout->lock);

	return fputs(s, stdout) < 0 || putchar('\n') < 0 ? EOF : 0;
}

FILE *
tmpfile(void)
{
	char path[] = "/tmp/tmpXXXXXX";
	int fd = mkstemp(path);
	FILE *f;

	if (fd < 0)
		return NULL;
	unlink(path);
	f = fdopen(fd, "w+");
	if (!f)
		close(fd);
	return f;
}
