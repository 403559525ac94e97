/*
 * Streams: where they stand, what went wrong, how they buffer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

int
feof(FILE *f)
{
	return (f->flags & AT_EOF) != 0;
}

int
ferror(FILE *f)
{
	return (f->flags & FAILED) != 0;
}

void
clearerr(FILE *f)
{
	f->flags &= ~(unsigned)(AT_EOF | FAILED);
}

int
fileno(FILE *f)
{
	return f->fd;
}

int
fseeko(FILE *f, off_t offset, int whence)
{
	LOCKED(&f->lock);

	if (whence < SEEK_SET || whence > SEEK_END) {
		errno = EINVAL;
		return -1;
	}
	if (whence == SEEK_CUR && (f->flags & READING))
		offset -= f->end - f->pos; /* the descriptor is ahead */
	if (__stream_flush(f) < 0 || lseek(f->fd, offset, whence) < 0)
		return -1;
	f->pos = f->end = f->buf;
	f->flags &= ~(unsigned)(READING | WRITING | AT_EOF);
	return 0;
}

off_t
ftello(FILE *f)
{
	LOCKED(&f->lock);
	off_t offset = lseek(f->fd, 0, SEEK_CUR);

	if (offset < 0)
		return -1;
	if (f->flags & READING)
		return offset - (f->end - f->pos);
	if (f->flags & WRITING)
		return offset + (f->pos - f->buf);
	return offset;
}

int
fseek(FILE *f, long offset, int whence)
{
	return fseeko(f, offset, whence);
}

long
ftell(FILE *f)
{
	return ftello(f);
}

void
rewind(FILE *f)
{
	fseeko(f, 0, SEEK_SET);
	clearerr(f);
}

int
fgetpos(FILE *f, fpos_t *pos)
{
	*pos = ftello(f);
	return *pos < 0 ? -1 : 0;
}

int
fsetpos(FILE *f, const fpos_t *pos)
{
	return fseeko(f, *pos, SEEK_SET);
}

/* A buffer that is given must have room below it for ungetc. */
int
setvbuf(FILE *f, char *buffer, int mode, size_t size)
{
	LOCKED(&f->lock);

	if (mode < _IOFBF || mode > _IONBF)
		return -1;
	__stream_idle(f);
	f->flags &= ~(unsigned)(BY_LINE | UNBUFFERED | ASK_TTY);
	if (mode == _IOLBF)
		f->flags |= BY_LINE;
	if (mode != _IONBF && (!buffer || size <= UNGET))
		return 0; /* ours will do */
	if (f->flags & OWN_BUFFER)
		free(f->buf - UNGET);
	f->flags &= ~(unsigned)OWN_BUFFER;
	if (mode == _IONBF) {
		f->flags |= UNBUFFERED;
		f->buf = NULL;
	} else {
		f->buf = (unsigned char *)buffer + UNGET;
		f->size = size - UNGET;
	}
	f->pos = f->end = f->buf;
	return 0;
}

void
setbuf(FILE *f, char *buffer)
{
	setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}

void
setlinebuf(FILE *f)
{
	setvbuf(f, NULL, _IOLBF, 0);
}
