/*
 * What this CPU is about: its block, and the thread and process that run.
 */
#pragma once

#include "kernel/types.h"

struct process;
struct thread;

/* Reached through GS in the kernel, by offsets that entry.asm knows too. */
struct cpu {
	uint64_t kernel_rsp; /* stack top of the current thread */
	uint64_t user_rsp;   /* scratch of the syscall entry */
	struct cpu *self;
	struct thread *thread;	 /* whose kernel stack this is; NULL: idle */
	struct process *process; /* the thread's, or NULL */
	bool ticked;		 /* the thread has used up its turn */
	uint64_t idle_context;	 /* stack pointer of sched_run, not running */
};

/* One of its pointers. They do not change while a thread runs. */
#define CPU_POINTER(type, member)                             \
	({                                                    \
		struct type *value;                           \
                                                              \
		__asm__("mov %%gs:%c1, %0"                    \
			: "=r"(value)                         \
			: "i"(offsetof(struct cpu, member))); \
		value;                                        \
	})

static inline struct cpu *
this_cpu(void)
{
	return CPU_POINTER(cpu, self);
}

/* The thread whose system call or fault this is; NULL while idle or booting. */
static inline struct thread *
thread_current(void)
{
	return CPU_POINTER(thread, thread);
}

/* Its process, or NULL. */
static inline struct process *
process_current(void)
{
	return CPU_POINTER(process, process);
}
