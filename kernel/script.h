/*
 * Scripts: files that begin with "#!" and name the program that is to run them
 * (execve(2)).
 */
#pragma once

#include "kernel/types.h"

struct inode;

enum {
	SCRIPT_LINE = 256,  /* bytes of a first line that count, as on Linux */
	SCRIPT_DEPTH = 5,   /* scripts that are run by scripts, at most */
	SCRIPT_WORDS = 1300 /* bytes, enough for all their lines */
};

/* What comes before the name of the script and its arguments:
 * "#!/bin/sh -e" makes "/bin/sh", "-e". */
struct script {
	unsigned depth;		  /* scripts seen so far */
	unsigned count;		  /* words, */
	size_t bytes;		  /* which with their zeros fill the last */
	char words[SCRIPT_WORDS]; /* `bytes` bytes of this */
};

/* Nothing so far. */
static inline void
script_init(struct script *s)
{
	s->depth = s->count = 0;
	s->bytes = 0;
}

static inline const char *
script_words(const struct script *s)
{
	return s->words + SCRIPT_WORDS - s->bytes;
}

/* If program is a script, puts the words of its first line before those of s:
 * the first is then what to run instead.
 * => 1; 0: it is none; -ENOEXEC, -ELOOP, -ENOMEM */
int script_read(struct script *s, const struct inode *program) MUST_CHECK;
