/*
 * The system-call fuzzer: process 1, which starts workers, restarts those that
 * die and kills those that get nowhere.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"

enum {
	ROUND_MS = 10,
	STUCK = 30, /* rounds without a call: kill the worker */
	END = 20,   /* rounds until the last calls must have returned */
};

static struct shared *shared;
static uint64_t tried[512], fine[512]; /* in all runs */

static struct {
	pid_t pid; /* 0: none */
	uint64_t progress;
	int idle; /* rounds without progress */
} slots[WORKERS];
static uint64_t incarnations;
static long killed;

static void
start(int slot)
{
	pid_t pid = fork();

	if (pid == 0)
		work(shared, slot, incarnations);
	if (pid < 0) {
		/* No memory: somebody must go. */
		kill(-1, SIGKILL);
		return;
	}
	incarnations++;
	slots[slot].pid = pid;
	slots[slot].idle = 0;
}

static void
bury(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (int i = 0; i < WORKERS; i++)
			if (slots[i].pid == pid)
				slots[i].pid = 0;
}

static void
watch(int i)
{
	if (slots[i].pid == 0) {
		start(i);
	} else if (shared->progress[i] != slots[i].progress) {
		slots[i].progress = shared->progress[i];
		slots[i].idle = 0;
	} else if (++slots[i].idle > STUCK) {
		kill(slots[i].pid, SIGKILL);
		killed++;
	}
}

static int
working(void)
{
	for (int i = 0; i < WORKERS; i++)
		if (slots[i].pid)
			return 1;
	return 0;
}

/* Whether no call was told to write over what the processes share: then it says
 * nothing any more. */
static int
is_intact(uint64_t seed, long size)
{
	return shared->seed == seed && shared->quota == size &&
	       shared->calls >= size && shared->calls < size + WORKERS * 100 &&
	       (shared->wrong == 0 || shared->wrong == 1);
}

static void
collect(void)
{
	for (size_t i = 0; i < COUNT(tried); i++) {
		tried[i] += shared->tried[i];
		fine[i] += shared->fine[i];
	}
	if (!shared->wrong)
		return;
	fuzz_found(
		"%s: call %ld(%lx, %lx, %lx, %lx, %lx, %lx) = %ld",
		shared->wrong_why, shared->wrong_call.number,
		shared->wrong_call.argument[0], shared->wrong_call.argument[1],
		shared->wrong_call.argument[2], shared->wrong_call.argument[3],
		shared->wrong_call.argument[4], shared->wrong_call.argument[5],
		shared->wrong_result);
}

static long
run(uint64_t seed, long size)
{
	memset(shared, 0, sizeof(*shared));
	memset(slots, 0, sizeof(slots));
	shared->seed = seed;
	shared->quota = size;
	incarnations = 0;
	killed = 0;
	while (shared->calls < size) {
		for (int i = 0; i < WORKERS; i++)
			watch(i);
		fuzz_sleep_ms(ROUND_MS);
		bury();
	}
	for (int i = 0; i < END && working(); i++) {
		fuzz_sleep_ms(ROUND_MS);
		bury();
	}
	if (!is_intact(seed, size)) {
		fuzz_remark("whose counts were overwritten");
		return size;
	}
	collect();
	fuzz_remark("%lu workers, %ld of them stuck, %lu children",
		    incarnations, killed, shared->children);
	return shared->calls;
}

static void
list(const char *what, const uint64_t *counts)
{
	int n = 0;

	printf("calls that %s:", what);
	for (size_t i = 0; i < shape_count; i++) {
		const struct shape *s = shape_at(i);

		if (counts[shape_index(s->number)] == 0) {
			printf(" %s", s->name);
			n++;
		}
	}
	printf(" (%d of %zu)\n", n, shape_count);
}

static void
report(void)
{
	list("were never made", tried);
	list("never succeeded", fine);
}

int
main(int argc, char *argv[])
{
	static const struct fuzzer f = {"calls", run, report};

	shape_init();
	shared = fuzz_shared((sizeof(*shared) + PAGE - 1) / PAGE);
	return fuzz(&f, argc, argv);
}
