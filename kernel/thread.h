/*
 * A thread: what runs. A kernel stack, the user's registers on top of it, and
 * what else the CPU must be told before it goes on. Its memory and files are
 * its process's (kernel/process.h), which it shares with other threads.
 */
#pragma once

#include "kernel/current.h"
#include "kernel/list.h"
#include "kernel/signal.h"
#include "kernel/timeout.h"
#include "kernel/types.h"
#include "mm/tree.h"

struct process;
struct trap_frame;

enum thread_state {
	THREAD_READY,  /* running, or in the run queue */
	THREAD_ASLEEP, /* until sched_wake */
	THREAD_DEAD,   /* will never run again */
};

enum {
	FPU_SIZE = 512, /* FXSAVE area, SDM 1 10.5 */
};

struct thread {
	uint8_t fpu[FPU_SIZE] ALIGNED(16);
	bool attention; /* before it leaves the kernel signal_deliver may have
			   something to do, or its frame is a new one */
	pid_t tid; /* the first thread of a process has the process's number */
	enum thread_state state;
	struct process *process;
	struct tree_node by_tid;
	struct list sibling;	  /* in the process's threads */
	struct list queue;	  /* in the run queue */
	struct timeout timeout;	  /* set while it sleeps until a time */
	vaddr_t stack;		  /* kernel stack: its lowest address */
	uint64_t context;	  /* kernel stack pointer while not running */
	struct trap_frame *frame; /* user registers, at the stack's top */
	uint64_t selectors;	  /* cpu_selectors() while not running */
	uint64_t fs_base;	  /* thread pointer, set by arch_prctl, clone */
	vaddr_t clear_tid;   /* zeroed and woken (futex) at its end; or 0 */
	vaddr_t last_fault;  /* where the last page fault was */
	uint64_t cpu_cycles; /* on the CPU, up to the last switch to it */
	uint64_t run_since;  /* when that was, by cpu_cycles() */
	uint64_t trap_vector, trap_error; /* of its last exception */
	struct signals signals;		  /* for this thread alone */
	uint64_t blocked;		  /* signals, as bits */
	uint64_t awaited;	     /* signals that sigtimedwait waits for */
	uint32_t holds;		     /* open files that its call holds */
	bool blocked_for_call;	     /* only until this call has ended, then */
	uint64_t blocked_after_call; /* these again */
	struct signal_stack stack_for_signals; /* sigaltstack(2) */
};

/* Of the threads of a process that are alive, the one after t; NULL: the first.
 * => NULL: there are no more */
static inline struct thread *
thread_next(const struct list *threads, const struct thread *t)
{
	struct list *next = t ? t->sibling.next : threads->next;

	return next == threads ? NULL : CONTAINER(next, struct thread, sibling);
}

#define thread_each(t, process)                                            \
	for (struct thread *t = thread_next(&(process)->threads, NULL); t; \
	     t = thread_next(&(process)->threads, t))

/* => NULL if there is none */
struct thread *thread_find(pid_t tid);

/* A thread of p with the registers and FPU of the current one (if there is
 * one), whose first system call returns 0; in no list yet, with no number.
 * => NULL without memory */
struct thread *thread_new(struct process *p) MUST_CHECK;
/* Gives t a number and its place in its process. => not yet ready to run */
void thread_publish(struct thread *t, pid_t tid);
/* For t that was never published, or is dead. */
void thread_free(struct thread *t);

/* The first switch to t calls `entry` in the kernel, then leaves by its frame.
 */
void thread_start_in_kernel(struct thread *t, void (*entry)(void));
/* Registers and FPU of the current thread become those of a program that starts
 * at entry with this stack. */
void thread_start_program(vaddr_t entry, vaddr_t stack);
/* The FPU of the current thread as a program finds it first. */
void thread_reset_fpu(void);
void thread_set_fs_base(uint64_t base);

/* Ends the current thread, and with the last one its process. */
NORETURN void thread_exit(void);
/* Whether the current thread's process ends, or goes on without it. */
bool thread_must_end(void);
/* Ends all other threads of the current process, and gives this one the
 * process's number. => -EINTR if another thread ends this one instead */
int thread_be_alone(void) MUST_CHECK;
/* How long t has been on the CPU, ns. */
uint64_t thread_cpu_time(const struct thread *t);
