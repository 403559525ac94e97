/*
 * What a process may have at most (getrlimit(2)). Kept by exec, inherited by
 * fork. Limits that are not named here are stored and nothing more.
 */
#pragma once

#include "kernel/types.h"

struct process;
struct space;

enum limit_kind {
	LIMIT_DATA = 2,	  /* bytes of private memory that can be written to */
	LIMIT_STACK = 3,  /* bytes of the stack; a quarter for arguments */
	LIMIT_NOFILE = 7, /* descriptors are below it */
	LIMIT_AS = 9,	  /* bytes of all regions */
	LIMIT_KINDS = 16,
};

struct limit {
	uint64_t now;  /* what counts; UINT64_MAX: no limit */
	uint64_t most; /* what `now` may become */
};

/* Those of process 1. */
extern const struct limit limits_default[LIMIT_KINDS];

/* What counts for the current process. */
uint64_t limits_get(enum limit_kind kind);
/* => -EINVAL, -EPERM, -ENOMEM: nothing has changed */
int limits_set(struct process *p, enum limit_kind kind,
	       const struct limit *limit) MUST_CHECK;
/* Whether more private memory that can be written to is asked for than the
 * machine has at all: Linux's heuristic (overcommit_memory 0). */
bool limits_overcommit(uint64_t more, int prot, bool shared);
/* Whether the current process may have so many bytes more in s, with these
 * rights; and whether it may in place of what is at [start, start + len).
 * => -ENOMEM */
int limits_grow(struct space *s, uint64_t more, int prot,
		bool shared) MUST_CHECK;
int limits_replace(struct space *s, vaddr_t start, uint64_t len, int prot,
		   bool shared) MUST_CHECK;
/* Whether s is larger than the current process may be. */
bool limits_exceeded(struct space *s);
