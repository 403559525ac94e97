/*
 * Which thread runs: round robin, sleep and wake.
 *
 * The kernel runs with interrupts off and changes threads only here. A thread
 * sleeps only where a call says so, holding nothing of mm.
 */
#pragma once

#include "kernel/errno.h"
#include "kernel/list.h"
#include "kernel/timeout.h"
#include "kernel/types.h"

struct thread;

/* Threads that wait for one thing. */
struct wait_queue {
	struct list waiters;
};

/* One thread's place in one queue; it may have several, to wait for whatever
 * happens first. */
struct waiter {
	struct list link;
	struct thread *thread;
};

void wait_queue_init(struct wait_queue *queue);
/* The current thread joins or leaves a queue, awake. => until it leaves, every
 * wake ends its sleep */
void wait_add(struct wait_queue *queue, struct waiter *w);
void wait_remove(struct waiter *w);
void wait_wake_all(struct wait_queue *queue);

/* Wakes all, if there is anybody. */
static inline void
wait_wake(struct wait_queue *queue)
{
	if (!list_empty(&queue->waiters))
		wait_wake_all(queue);
}

/* Sleeps until somebody wakes this thread or the monotonic time `until` has
 * come; the caller looks in a loop which it was.
 * => 0, or -ERESTART if a signal must be seen to first */
int sched_sleep(uint64_t until) MUST_CHECK;
/* The same in a queue. */
int wait_sleep(struct wait_queue *queue) MUST_CHECK;
int wait_sleep_until(struct wait_queue *queue, uint64_t until) MUST_CHECK;
/* Sleeps in a queue whatever signals come.
 * => -ERESTART: this thread has to end */
int wait_sleep_deaf(struct wait_queue *queue) MUST_CHECK;

/* t is ready to run. => t is in no run queue */
void sched_ready(struct thread *t);
/* => t may also be awake */
void sched_wake(struct thread *t);
/* The same, and it goes on with what is left of this thread's turn. */
void sched_run_first(struct thread *t);
/* Lets the others run first. */
void sched_yield(void);
/* For long work in the kernel, where nothing is held: interrupts come in, and
 * others run if the turn is over. => 0, or -ERESTART for a signal */
int sched_pause(void) MUST_CHECK;
/* The current thread sleeps or has ended: runs another. */
void sched_switch(void);
/* Runs threads for ever: what the CPU does after booting. */
NORETURN void sched_run(void);

enum {
	SCHED_LOADS = 3,
	SCHED_LOAD_ONE = 1 << 16,
};

/* Mean number of threads ready to run, in the last 1, 5 and 15 minutes; the
 * older, the less it counts. */
extern uint64_t sched_load[SCHED_LOADS];
extern uint64_t sched_switches; /* from one thread to another, so far */
extern uint64_t sched_idle_ns;	/* time when no thread ran */

/* For audit: how many threads are in the run queue. */
size_t sched_queued(void);
/* The timer interrupt: wakes whose time has come. */
void sched_tick(void);
