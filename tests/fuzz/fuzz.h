/*
 * What the fuzzers inside the guest share. Each runs as process 1:
 *
 *	init=/fuzz/NAME -- FIRST COUNT SIZE
 *
 * makes COUNT runs, of the seeds FIRST, FIRST + 1, ..., of SIZE calls, samples or
 * cycles each. After every run all other processes are killed, what it left in
 * the file tree is removed, and the machine must be as it was: as many frames
 * free, the audit content. What a run does follows from its seed; what comes of
 * it also from when the timer ticks, unless QEMU counts instructions (-icount).
 *
 *	seed 7: ok, 100000 calls, 31 workers
 *	total: 10 seeds, 1000000 calls, 0 findings
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "user/include/quire/abi.h"

enum {
	PAGE = 4096,
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled". The state is never 0. */
struct random {
	uint64_t state;
};

static inline uint64_t
draw(struct random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1d;
}

/* => less than n */
static inline uint64_t
below(struct random *r, uint64_t n)
{
	return (draw(r) >> 32) % n;
}

static inline int
one_in(struct random *r, uint64_t n)
{
	return below(r, n) == 0;
}

/* A generator for the n-th part of a run. */
static inline struct random
random_of(uint64_t seed, uint64_t n)
{
	struct random r = {((seed + 1) * 0x9e3779b97f4a7c15) ^ (n << 32) ^ n};

	r.state |= 1;
	for (int i = 0; i < 8; i++)
		draw(&r);
	return r;
}

#define PICK(r, array) ((array)[below(r, COUNT(array))])

/* What a fuzzer is. */
struct fuzzer {
	const char *unit; /* what it counts: "calls" */
	/* Makes one run. => how many of them it made */
	long (*run)(uint64_t seed, long size);
	/* After the last run, NULL: nothing to add. */
	void (*report)(void);
};

/* main of a fuzzer. */
int fuzz(const struct fuzzer *f, int argc, char *argv[]);
/* A finding of the run that is being made, which fails it. */
void fuzz_found(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What the line about the run says beside the count. */
void fuzz_remark(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Waits for a child, which is killed if it does not end by itself soon.
 * => how it ended, as wait4 says */
int fuzz_wait(pid_t pid);
/* Kills all processes but this one, and buries them. */
void fuzz_kill_all(void);
/* Pages that this process shares with its children. */
void *fuzz_shared(size_t pages);
/* Removes what is not in the file tree from the start on. => whether something
 * is missing that was */
int fuzz_clean_tree(void);
/* Remembers the file tree. */
void fuzz_know_tree(void);
void fuzz_sleep_ms(long ms);
