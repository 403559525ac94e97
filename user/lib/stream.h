/*
 * A stream: a descriptor and a buffer that collects what is to be written, or
 * holds what was read ahead.
 *
 *	reading:  buf ... [pos ... end)   end: unread
 *	writing:  [buf ... pos) ... buf + size: not yet written
 *	idle:     pos == end == buf
 *
 * Below buf are UNGET bytes for ungetc.
 *
 * Owns: the list of open streams.
 * Invariants:
 * B1 READING and WRITING are never both set; neither is set when idle.
 * B2 buf == NULL until the first transfer needs it.
 */
#pragma once

#include <stdio.h>

#include "libc.h"
#include "lock.h"

#pragma GCC visibility push(hidden)

enum { UNGET = 8 };

enum {
	CAN_READ = 1,
	CAN_WRITE = 2,
	READING = 4,
	WRITING = 8,
	AT_EOF = 16,
	FAILED = 32,
	BY_LINE = 64,	  /* a newline writes the buffer out */
	UNBUFFERED = 128, /* every call writes the buffer out */
	ASK_TTY = 256,	  /* BY_LINE if the first write goes to a terminal */
	OWN_BUFFER = 512, /* by malloc */
	OWN_STREAM = 1024,
	STRING = 2048, /* no descriptor: what is in the buffer is all */
};

struct stream {
	struct lock lock; /* of all that follows */
	int fd;
	unsigned flags;
	unsigned char *buf, *pos, *end;
	size_t size;
	FILE *next; /* in the list of open streams */
	pid_t pid;  /* of the shell that popen started, or 0 */
	unsigned char small[UNGET + 1]; /* the buffer of an unbuffered one */
};

/* => the O_* flags of fopen's mode, or -1 and EINVAL */
int __stream_mode(const char *mode);
/* A new stream on fd in the list. => NULL: no memory */
FILE *__stream_new(int fd, int flags);
/* Makes f ready for that direction. => false: it cannot be, errno is set */
bool __stream_read(FILE *f);
bool __stream_write(FILE *f);
/* Writes out, or gives back what was read ahead. => 0, or EOF */
int __stream_idle(FILE *f);
/* Writes out what is in the buffer. => 0, or EOF */
int __stream_flush(FILE *f);
/* Reads more. => the next character, not taken, or EOF */
int __stream_fill(FILE *f);
/* Writes n bytes through the buffer. => how many */
size_t __stream_put(FILE *f, const unsigned char *data, size_t n);

#pragma GCC visibility pop
