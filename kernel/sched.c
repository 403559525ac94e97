/*
 * The scheduler: one run queue, first come first served, a turn of one tick.
 *
 * Owns: the run queue.
 * Invariants:
 *	a READY thread is current or in the run queue
 */
#include "kernel/sched.h"

#include "debug/pt_shadow.h"
#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/gdt.h"
#include "kernel/kstack.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "kernel/trap.h"
#include "mm/space.h"

void context_switch(uint64_t *save, uint64_t load); /* switch.asm */

enum {
	LOAD_PERIOD = 5 * TIMER_HZ, /* ticks from one measurement to the next */
};

static struct list run_queue = {&run_queue, &run_queue};

uint64_t sched_load[SCHED_LOADS];
uint64_t sched_switches, sched_idle_ns;

void
sched_ready(struct thread *t)
{
	t->state = THREAD_READY;
	list_append(&run_queue, &t->queue);
}

static void
set_current(struct thread *t)
{
	this_cpu()->thread = t;
	this_cpu()->process = t ? t->process : NULL;
}

/* Everything of t that a switch must change beside the stack; selectors are those
 * that are loaded now. */
static INLINE void
load_thread(struct thread *t, uint64_t now, uint64_t selectors)
{
	sched_switches++;
	set_current(t);
	gdt_set_kernel_stack(t->stack + KSTACK_SIZE);
	space_activate(t->process->space);
	if (selectors != t->selectors)
		cpu_load_selectors(t->selectors);
	cpu_write_msr(MSR_FS_BASE, t->fs_base);
	cpu_load_fpu(t->fpu);
	t->run_since = now;
	trap_patience = TRAP_PATIENCE;
	this_cpu()->ticked = false;
	EVENT("switch pid=%d", t->tid);
}

static struct thread *
next_ready(void)
{
	struct thread *t;

	if (list_empty(&run_queue))
		return NULL;
	t = CONTAINER(run_queue.next, struct thread, queue);
	list_remove(&t->queue);
	return t;
}

/* With nobody ready the CPU goes idle, still translating by the last thread's
 * tables: the end of its process will move it to its parent's. */
void
sched_switch(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *old = cpu->thread, *new = next_ready();
	uint64_t now = cpu_cycles();

	if (new == old)
		return;
	shadow_report(); /* before another CR3 hides what was forgotten */
	old->cpu_cycles += now - old->run_since;
	old->selectors = cpu_selectors();
	if (old->state != THREAD_DEAD)
		cpu_save_fpu(old->fpu);
	if (new)
		load_thread(new, now, old->selectors);
	else
		set_current(NULL);
	context_switch(&old->context, new ? new->context : cpu->idle_context);
}

void
sched_run(void)
{
	for (;;) {
		struct thread *t = next_ready();

		if (!t) {
			uint64_t since = timer_now();

			cpu_idle();
			sched_idle_ns += timer_now() - since;
			continue;
		}
		load_thread(t, cpu_cycles(), cpu_selectors());
		context_switch(&this_cpu()->idle_context, t->context);
	}
}

void
sched_yield(void)
{
	this_cpu()->ticked = false;
	sched_ready(thread_current());
	sched_switch();
}

/* What is appended to the first is before it. */
void
sched_run_first(struct thread *t)
{
	sched_ready(thread_current());
	t->state = THREAD_READY;
	list_append(run_queue.next, &t->queue);
	sched_switch();
}

/* => -ERESTART: a signal must be seen to first */
static int
interrupted(void)
{
	return thread_current()->attention && signal_due() ? -ERESTART : 0;
}

int
sched_pause(void)
{
	cpu_take_interrupts();
	if (this_cpu()->ticked)
		sched_yield();
	return interrupted();
}

void
sched_wake(struct thread *t)
{
	if (t->state == THREAD_ASLEEP)
		sched_ready(t);
}

static void
wake_sleeper(struct timeout *timeout)
{
	sched_wake(CONTAINER(timeout, struct thread, timeout));
}

static void
sleep_until(uint64_t until)
{
	struct thread *t = thread_current();

	t->state = THREAD_ASLEEP;
	if (until == TIMEOUT_NEVER) {
		sched_switch();
		return;
	}
	t->timeout.expire = wake_sleeper;
	timeout_set(&t->timeout, until);
	sched_switch();
	timeout_cancel(&t->timeout);
}

int
sched_sleep(uint64_t until)
{
	int err = interrupted();

	if (err < 0)
		return err;
	sleep_until(until);
	return interrupted();
}

/* Each mean moves towards what is now by 1 - exp(-5 s / its time). */
static void
measure_load(void)
{
	static const uint64_t weight[SCHED_LOADS] = {5243, 1083, 363};
	uint64_t ready = thread_current() ? SCHED_LOAD_ONE : 0;

	list_each(link, &run_queue)
		ready += SCHED_LOAD_ONE;
	for (int i = 0; i < SCHED_LOADS; i++)
		sched_load[i] = (sched_load[i] * (SCHED_LOAD_ONE - weight[i]) +
				 ready * weight[i]) /
				SCHED_LOAD_ONE;
}

size_t
sched_queued(void)
{
	size_t n = 0;

	list_each(link, &run_queue)
		n++;
	return n;
}

void
sched_tick(void)
{
	static unsigned ticks;

	if (++ticks % LOAD_PERIOD == 0)
		measure_load();
	this_cpu()->ticked = true;
	timeout_run(timer_tick());
}

void
wait_queue_init(struct wait_queue *queue)
{
	list_init(&queue->waiters);
}

void
wait_add(struct wait_queue *queue, struct waiter *w)
{
	w->thread = thread_current();
	list_append(&queue->waiters, &w->link);
}

void
wait_remove(struct waiter *w)
{
	list_remove(&w->link);
}

void
wait_wake_all(struct wait_queue *queue)
{
	list_each(link, &queue->waiters)
		sched_wake(CONTAINER(link, struct waiter, link)->thread);
}

int
wait_sleep_until(struct wait_queue *queue, uint64_t until)
{
	struct waiter w;
	int err;

	wait_add(queue, &w);
	err = sched_sleep(until);
	wait_remove(&w);
	return err;
}

int
wait_sleep(struct wait_queue *queue)
{
	return wait_sleep_until(queue, TIMEOUT_NEVER);
}

int
wait_sleep_deaf(struct wait_queue *queue)
{
	struct waiter w;

	if (thread_must_end())
		return -ERESTART;
	wait_add(queue, &w);
	sleep_until(TIMEOUT_NEVER);
	wait_remove(&w);
	return thread_must_end() ? -ERESTART : 0;
}
