/*
 * The buffer of a stream: filling, flushing, changing direction. What it is, and
 * what holds of it, is in stream.h.
 */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned char out_buffer[UNGET + BUFSIZ];

/* These variables and the buffer are in the one page of data that a process
 * writes to anyway; other buffers come from malloc. */
static struct stream in = {.fd = STDIN_FILENO, .flags = CAN_READ};
static struct stream out = {.fd = STDOUT_FILENO,
			    .flags = CAN_WRITE | ASK_TTY,
			    .buf = out_buffer + UNGET,
			    .pos = out_buffer + UNGET,
			    .end = out_buffer + UNGET,
			    .size = BUFSIZ,
			    .next = &in};
static struct stream err = {
	.fd = STDERR_FILENO, .flags = CAN_WRITE | UNBUFFERED, .next = &out};
static FILE *streams = &err;

FILE *const stdin = &in;
FILE *const stdout = &out;
FILE *const stderr = &err;

static bool
need_buffer(FILE *f)
{
	unsigned char *memory;

	if (f->buf)
		return true;
	if (f->flags & UNBUFFERED) {
		memory = f->small;
		f->size = 1;
	} else {
		memory = malloc(UNGET + BUFSIZ);
		if (!memory)
			return false;
		f->flags |= OWN_BUFFER;
		f->size = BUFSIZ;
	}
	f->buf = f->pos = f->end = memory + UNGET;
	return true;
}

static bool
refuse(FILE *f)
{
	errno = EBADF;
	f->flags |= FAILED;
	return false;
}

bool
__stream_read(FILE *f)
{
	if (f->flags & READING)
		return true;
	if (!(f->flags & CAN_READ))
		return refuse(f);
	if ((f->flags & WRITING) && __stream_idle(f) < 0)
		return false;
	if (!need_buffer(f))
		return false;
	f->flags |= READING;
	return true;
}

/* isatty, but printf should not change errno when all is well. */
static bool
is_terminal(int fd)
{
	struct winsize size;

	return kernel(SYS_ioctl, fd, TIOCGWINSZ, &size) == 0;
}

bool
__stream_write(FILE *f)
{
	if (f->flags & WRITING)
		return true;
	if (!(f->flags & CAN_WRITE))
		return refuse(f);
	if (f->flags & READING)
		__stream_idle(f);
	if (!need_buffer(f))
		return false;
	if ((f->flags & ASK_TTY) && is_terminal(f->fd))
		f->flags |= BY_LINE;
	f->flags &= ~(unsigned)(ASK_TTY | AT_EOF);
	f->flags |= WRITING;
	return true;
}

/* What cannot be written is lost: else it would come again at each try. */
int
__stream_flush(FILE *f)
{
	unsigned char *p = f->buf;

	if (!(f->flags & WRITING))
		return 0;
	while (p < f->pos) {
		ssize_t n = write(f->fd, p, (size_t)(f->pos - p));

		if (n < 0) {
			f->flags |= FAILED;
			f->pos = f->buf;
			return EOF;
		}
		p += n;
	}
	f->pos = f->buf;
	return 0;
}

int
__stream_idle(FILE *f)
{
	int result = __stream_flush(f), error = errno;

	if ((f->flags & READING) && f->pos < f->end &&
	    lseek(f->fd, f->pos - f->end, SEEK_CUR) < 0)
		errno = error; /* a terminal or a pipe: nothing to give back */
	f->pos = f->end = f->buf;
	f->flags &= ~(unsigned)(READING | WRITING);
	return result;
}

/* A read from the terminal shows what was asked for first. ISO C 7.21.3 */
static void
flush_lines(const FILE *f)
{
	LOCKED(&stdout->lock);

	if (f == stdin && (stdout->flags & BY_LINE))
		__stream_flush(stdout);
}

int
__stream_fill(FILE *f)
{
	ssize_t n;

	if (f->pos < f->end)
		return *f->pos;
	if (f->flags & (STRING | AT_EOF)) {
		f->flags |= AT_EOF;
		return EOF;
	}
	flush_lines(f);
	n = read(f->fd, f->buf, f->size);
	if (n <= 0) {
		f->flags |= n < 0 ? FAILED : AT_EOF;
		return EOF;
	}
	f->pos = f->buf;
	f->end = f->buf + n;
	return *f->pos;
}

/* Long data does not pass through the buffer. */
static size_t
put_directly(FILE *f, const unsigned char *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t written = write(f->fd, data + done, n - done);

		if (written < 0) {
			f->flags |= FAILED;
			break;
		}
		done += (size_t)written;
	}
	return done;
}

size_t
__stream_put(FILE *f, const unsigned char *data, size_t n)
{
	size_t room = (size_t)(f->buf + f->size - f->pos);

	if (n > room && __stream_flush(f) < 0)
		return 0;
	if (n >= f->size)
		return put_directly(f, data, n);
	memcpy(f->pos, data, n);
	f->pos += n;
	if ((f->flags & BY_LINE) && memrchr(data, '\n', n) &&
	    __stream_flush(f) < 0)
		return 0;
	return n;
}

int
__stream_mode(const char *mode)
{
	int flags;

	switch (*mode) {
	case 'r':
		flags = O_RDONLY;
		break;
	case 'w':
		flags = O_WRONLY | O_CREAT | O_TRUNC;
		break;
	case 'a':
		flags = O_WRONLY | O_CREAT | O_APPEND;
		break;
	default:
		errno = EINVAL;
		return -1;
	}
	if (strchr(mode, '+'))
		flags = (flags & ~O_ACCMODE) | O_RDWR;
	if (strchr(mode, 'x'))
		flags |= O_EXCL;
	if (strchr(mode, 'e'))
		flags |= O_CLOEXEC;
	return flags;
}

static void
enlist(FILE *f)
{
	LOCKED(&__streams_lock);

	f->next = streams;
	streams = f;
}

static void
delist(FILE *f)
{
	LOCKED(&__streams_lock);
	FILE **link = &streams;

	while (*link != f)
		link = &(*link)->next;
	*link = f->next;
}

static int
flush_all(void)
{
	LOCKED(&__streams_lock);
	int result = 0;

	for (FILE *f = streams; f; f = f->next)
		if ((f->flags & WRITING) && fflush(f) < 0)
			result = EOF;
	return result;
}

FILE *
__stream_new(int fd, int flags)
{
	FILE *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->fd = fd;
	f->flags = OWN_STREAM | ASK_TTY;
	if ((flags & O_ACCMODE) != O_WRONLY)
		f->flags |= CAN_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		f->flags |= CAN_WRITE;
	enlist(f);
	return f;
}

int
fflush(FILE *f)
{
	if (!f)
		return flush_all();

	LOCKED(&f->lock);

	return __stream_idle(f);
}

void
__stdio_exit(void)
{
	for (FILE *f = streams; f; f = f->next)
		if (f->flags & (READING | WRITING))
			__stream_idle(f);
}

int
fclose(FILE *f)
{
	int result = fflush(f);

	if (close(f->fd) < 0)
		result = EOF;
	delist(f);
	if (f->flags & OWN_BUFFER)
		free(f->buf - UNGET);
	if (f->flags & OWN_STREAM)
		free(f);
	return result;
}
