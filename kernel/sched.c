/*
 * The scheduler: one run queue, first come first served, a turn of one tick.
 *
 * Owns: the run queue and the tree of sleepers by time.
 * Invariants:
 *	a READY process is current or in the run queue
 *	an ASLEEP process is in one wait queue or in the tree of sleepers
 */
#include "kernel/sched.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/gdt.h"
#include "kernel/kstack.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/timer.h"
#include "mm/space.h"

void context_switch(uint64_t *save, uint64_t load); /* switch.asm */

static struct list run_queue = {&run_queue, &run_queue};

static struct process *
process_of(const struct tree_node *timer)
{
	return CONTAINER(timer, struct process, timer);
}

/* By time; two at the same time by number. */
static int
compare_timers(const struct tree_node *a, const struct tree_node *b)
{
	const struct process *x = process_of(a), *y = process_of(b);

	if (x->wake_time != y->wake_time)
		return x->wake_time < y->wake_time ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static struct tree sleepers = {.compare = compare_timers};

void
wait_queue_init(struct wait_queue *queue)
{
	list_init(&queue->sleepers);
}

void
sched_ready(struct process *p)
{
	p->state = PROCESS_READY;
	list_append(&run_queue, &p->queue);
}

/* Everything of p that a switch must change beside the stack. */
static void
load_process(struct process *p)
{
	this_cpu()->process = p;
	gdt_set_kernel_stack(p->stack + KSTACK_SIZE);
	if (p->space)
		space_activate(p->space);
	cpu_write_msr(MSR_FS_BASE, p->fs_base);
	cpu_load_fpu(p->fpu);
	p->run_since = timer_now();
	this_cpu()->ticked = false;
	EVENT("switch pid=%d", p->pid);
}

static struct process *
next_ready(void)
{
	struct process *p;

	if (list_empty(&run_queue))
		return NULL;
	p = CONTAINER(run_queue.next, struct process, queue);
	list_remove(&p->queue);
	return p;
}

/* With nobody ready the CPU goes idle, still translating by the last process's
 * tables: its end will move it to the kernel's own. */
void
sched_switch(void)
{
	struct cpu *cpu = this_cpu();
	struct process *old = cpu->process, *new = next_ready();

	if (new == old)
		return;
	old->cpu_ns += timer_now() - old->run_since;
	if (old->state != PROCESS_ZOMBIE)
		cpu_save_fpu(old->fpu);
	if (new)
		load_process(new);
	else
		cpu->process = NULL;
	context_switch(&old->context, new ? new->context : cpu->idle_context);
}

void
sched_run(void)
{
	for (;;) {
		struct process *p = next_ready();

		if (!p) {
			cpu_idle();
			continue;
		}
		load_process(p);
		context_switch(&this_cpu()->idle_context, p->context);
	}
}

void
sched_yield(void)
{
	this_cpu()->ticked = false;
	sched_ready(process_current());
	sched_switch();
}

int
sched_pause(void)
{
	cpu_take_interrupts();
	if (this_cpu()->ticked)
		sched_yield();
	return process_current()->killed ? -EINTR : 0;
}

int
wait_sleep(struct wait_queue *queue)
{
	struct process *p = process_current();

	if (p->killed)
		return -EINTR;
	p->state = PROCESS_ASLEEP;
	list_append(&queue->sleepers, &p->queue);
	sched_switch();
	return p->killed ? -EINTR : 0;
}

void
wait_wake(struct wait_queue *queue)
{
	list_each_safe(link, &queue->sleepers)
		sched_wake(CONTAINER(link, struct process, queue));
}

int
sched_sleep_until(uint64_t until)
{
	struct process *p = process_current();

	if (p->killed)
		return -EINTR;
	p->state = PROCESS_ASLEEP;
	p->wake_time = until;
	p->timed = true;
	tree_insert(&sleepers, &p->timer);
	sched_switch();
	return p->killed ? -EINTR : 0;
}

void
sched_wake(struct process *p)
{
	if (p->state != PROCESS_ASLEEP)
		return;
	if (p->timed)
		tree_remove(&sleepers, &p->timer);
	else
		list_remove(&p->queue);
	p->timed = false;
	sched_ready(p);
}

void
sched_tick(void)
{
	uint64_t now = timer_now();
	struct tree_node *first;

	this_cpu()->ticked = true;
	while ((first = tree_first(&sleepers)) != NULL) {
		if (process_of(first)->wake_time > now)
			return;
		sched_wake(process_of(first));
	}
}
