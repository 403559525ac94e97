/*
 * What this CPU is about: its block, and the thread and process that run.
 */
#pragma once

#include "kernel/types.h"

struct process;
struct thread;

/* Reached through GS in the kernel. entry.asm knows the first two offsets,
 * this_cpu the third. */
struct cpu {
	uint64_t kernel_rsp; /* stack top of the current thread */
	uint64_t user_rsp;   /* scratch of the syscall entry */
	struct cpu *self;
	struct thread *thread;	 /* whose kernel stack this is; NULL: idle */
	struct process *process; /* the thread's, or NULL */
	bool ticked;		 /* the thread has used up its turn */
	uint64_t idle_context;	 /* stack pointer of sched_run, not running */
};

static inline struct cpu *
this_cpu(void)
{
	struct cpu *self;

	__asm__("mov %%gs:16, %0" : "=r"(self));
	return self;
}

_Static_assert(offsetof(struct cpu, self) == 16, "as this_cpu reads it");

/* The thread whose system call or fault this is; NULL while idle or booting. */
static inline struct thread *
thread_current(void)
{
	return this_cpu()->thread;
}

/* Its process, or NULL. */
static inline struct process *
process_current(void)
{
	return this_cpu()->process;
}
