/*
 * The system-call fuzzer: what its parts know of each other.
 *
 *	calls.c		  process 1: starts workers, restarts those that die
 *	calls_worker.c	  a worker: one call after the other; its children
 *	calls_table.c	  which calls there are, and what they take
 *	calls_argument.c  arguments of each type
 *	calls_path.c	  those that are paths
 *	calls_struct.c	  those that are structures
 */
#pragma once

#include "fuzz.h"

enum {
	WORKERS = 3,
	ARENA_PAGES = 64,  /* what most pointers point into */
	ARENA_PIECE = 8,   /* pages of one kind */
	RECENT = 16,	   /* results of calls, for other calls to use */
	SCRATCH = 0x10000, /* bytes of structures for arguments */
};

#define ARENA ((char *)0x10000000)

/* A call that is to be made. */
struct call {
	long number;
	uint64_t argument[6];
};

/* How a call is tried. */
struct shape {
	long number;
	const char *name;
	const char *types; /* a letter each: the table in calls_argument.c */
	int rarity;	   /* it is made one time in so many */
};

/* What all processes share. */
struct shared {
	uint64_t seed;
	long quota;	     /* calls of this run, of all workers */
	volatile long calls; /* made so far, in this run */
	/* By worker: calls made, so that one that hangs is seen. */
	volatile uint64_t progress[WORKERS];
	volatile uint64_t children; /* made so far, in this run */
	/* By call: how often it was made, and how often with success. */
	volatile uint64_t tried[512], fine[512];
	/* A wrong result: the call and what came of it. */
	volatile int wrong;
	struct call wrong_call;
	long wrong_result;
	char wrong_why[32];
};

/* One that makes calls: the worker itself, or a child or thread of it. */
struct worker {
	struct random r;
	struct shared *shared;
	int slot;     /* of the worker */
	uint64_t pid; /* its own */
	int depth;    /* 0: the worker, 1: its child, ... */
	long budget;  /* calls to make */
	uint64_t nth; /* call it is at */
	uint64_t recent[RECENT];
	char *scratch;	/* SCRATCH bytes of its own */
	size_t used;	/* of these, for this call */
	size_t refresh; /* piece of the arena that is renewed next */
};

extern const size_t shape_count;
const struct shape *shape_at(size_t i);
/* Of a number, for the tables of struct shared. */
size_t shape_index(long number);
/* Reads the table. */
void shape_init(void);

/* Memory of the worker for what an argument points to, until the next call. */
void *scratch(struct worker *w, size_t len);
/* A path: of ours, or any; a target for a link; a program. */
uint64_t path_own(struct worker *w);
uint64_t path_any(struct worker *w);
uint64_t path_target(struct worker *w);
uint64_t path_program(struct worker *w);
/* Pointers to structures; arguments of execve are one too. */
uint64_t struct_vectors(struct worker *w);
uint64_t struct_poll_list(struct worker *w);
uint64_t struct_arguments(struct worker *w);
uint64_t struct_times(struct worker *w);
uint64_t struct_handler(struct worker *w);
/* What all arguments are made of. */
uint64_t argument_anything(struct worker *w);
uint64_t argument_pointer(struct worker *w);
uint64_t argument_length(struct worker *w);
uint64_t argument_descriptor(struct worker *w);
uint64_t argument_flags(struct worker *w);

/* Makes up the arguments of a call. */
void argue(struct worker *w, const struct shape *s, struct call *c);
/* Maps a piece of the arena anew: private, shared, of a file, read-only... */
void arena_refresh(struct worker *w);

/* Makes calls until the run has enough. Does not return. */
void work(struct shared *shared, int slot, uint64_t incarnation);
long make_call(const struct call *c);
