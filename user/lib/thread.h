/*
 * A thread, as the libc sees it.
 *
 * fs points to its struct thread, which follows the thread's own copy of the
 * program's thread-local variables: the compiler finds those below fs. Around
 * both, in one mapping, is its stack (System V ABI, x86-64 TLS, variant II):
 *
 *	guard page | stack ... <- rsp | thread-local variables | struct thread
 *	                                                         ^ fs
 *
 * A program with one thread and no such variables needs none of this: fs is not
 * set, and __main_thread is all there is.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "libc.h"

#pragma GCC visibility push(hidden)

enum thread_state { JOINABLE, DETACHED, ENDED };

struct thread {
	struct thread *self; /* ABI: fs:0 */
	int error;	     /* errno */
	atomic_int tid; /* the kernel sets it to 0, and wakes, at the end */
	_Atomic(enum thread_state) state;
	char *memory; /* the mapping, or NULL: the first thread's stack */
	size_t size;
	void *(*start)(void *);
	void *argument, *result;
	atomic_int cancelled; /* somebody wants it to end */
	int no_cancel;	      /* but it does not, now */
	int shields;	      /* locks of the libc that it holds */
	struct __cleanup *cleanup;
	void **values; /* by key, once there is one */
};

extern struct thread __main_thread;
extern bool __threaded; /* fs is set */

static inline struct thread *
__self(void)
{
	struct thread *t = &__main_thread;

	if (__threaded)
		__asm__ volatile("mov %%fs:0, %0" : "=r"(t));
	return t;
}

/* Gives the first thread its thread-local variables and sets fs, if it has not
 * been done. */
void __thread_init(void);
/* The same before main, if the program has such variables. */
void __thread_start(void);
/* In the child of fork there is one thread. */
void __thread_forked(void);
/* Calls what pthread_key_create was given for the thread's values. */
void __thread_end_values(struct thread *t);

/* clone(2) with entry() on the new stack. => its tid, or -errno */
int __clone(unsigned long flags, void *stack, atomic_int *parent_tid,
	    atomic_int *child_tid, struct thread *self, void (*entry)(void));
/* The system call that arguments hold, unless the thread is to end first. */
long __cancel_call(atomic_int *cancelled, long number, const long *arguments);
/* munmap and exit without a stack */
_Noreturn void __unmap_self(void *memory, size_t size);

/* A lock of one word: 0 free, 1 held, 2 held and somebody waits. */
void __word_lock(atomic_int *word);
void __word_unlock(atomic_int *word);
/* Sleeps while *word is value; returns when it changes, or by itself. */
void __futex_wait(atomic_int *word, int value);
/* The same, until a deadline by CLOCK_REALTIME or NULL; and it can be cancelled.
 * => 0 or an error number */
int __futex_sleep(atomic_int *word, int value, const struct timespec *deadline);
void __futex_wake(atomic_int *word, int count);

#pragma GCC visibility pop
