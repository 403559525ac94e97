/*
 * Who runs: round robin, sleep and wake, sleeping until a time.
 *
 * The kernel runs with interrupts off and changes process only here. A process
 * sleeps only where a call says so, holding nothing of mm.
 */
#pragma once

#include "kernel/list.h"
#include "kernel/types.h"

struct process;

/* Processes that wait for one thing. */
struct wait_queue {
	struct list sleepers;
};

#define SCHED_FOREVER UINT64_MAX

void wait_queue_init(struct wait_queue *queue);
/* Sleeps until somebody wakes the queue; the caller checks its condition in a
 * loop. => 0, or -EINTR if the process has been killed and must return */
int wait_sleep(struct wait_queue *queue) MUST_CHECK;
/* Sleeps until the monotonic time `until`. => 0, or -EINTR */
int sched_sleep_until(uint64_t until) MUST_CHECK;
/* Wakes all. */
void wait_wake(struct wait_queue *queue);

/* p is ready to run. => p is in no queue */
void sched_ready(struct process *p);
/* Takes p out of whatever it sleeps in. => p may also be awake */
void sched_wake(struct process *p);
/* Lets the others run first. */
void sched_yield(void);
/* For long work in the kernel, where nothing is held: interrupts come in, and
 * others run if the turn is over. => 0, or -EINTR if the process has been killed
 */
int sched_pause(void) MUST_CHECK;
/* The current process sleeps or has ended: runs another. */
void sched_switch(void);
/* Runs processes for ever: what the CPU does after booting. */
NORETURN void sched_run(void);
/* The timer interrupt: wakes whose time has come. */
void sched_tick(void);
