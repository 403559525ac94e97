/* Threads. POSIX, without priorities and sharing between processes. A thread is
 * cancelled where it sleeps in the kernel, and nowhere else. */
#pragma once

#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#define PTHREAD_CREATE_JOINABLE	      0
#define PTHREAD_CREATE_DETACHED	      1
#define PTHREAD_CANCELED	      ((void *)-1)
#define PTHREAD_CANCEL_ENABLE	      0
#define PTHREAD_CANCEL_DISABLE	      1
#define PTHREAD_MUTEX_NORMAL	      0
#define PTHREAD_MUTEX_RECURSIVE	      1
#define PTHREAD_MUTEX_ERRORCHECK      2
#define PTHREAD_MUTEX_DEFAULT	      PTHREAD_MUTEX_NORMAL
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)

typedef unsigned long pthread_t;
typedef unsigned pthread_key_t;
typedef _Atomic(int) pthread_once_t;

typedef struct {
	size_t stack_size; /* 0: as usual */
	int detached;
} pthread_attr_t;

typedef struct {
	_Atomic(int) word;    /* 0 free, 1 held, 2 and somebody waits */
	int type, depth;      /* depth: how often its owner has it too much */
	struct thread *owner; /* as long as it is held */
} pthread_mutex_t;
typedef struct {
	int type;
} pthread_mutexattr_t;

typedef struct {
	_Atomic(int) signals; /* so far */
} pthread_cond_t;
typedef struct {
	int nothing;
} pthread_condattr_t, pthread_barrierattr_t;

typedef struct {
	pthread_mutex_t mutex;
	pthread_cond_t all;
	unsigned count, there; /* how many it takes, have come */
	unsigned round;
} pthread_barrier_t;

#define PTHREAD_MUTEX_INITIALIZER \
	{                         \
		0, 0, 0, 0        \
	}
#define PTHREAD_COND_INITIALIZER \
	{                        \
		0                \
	}
#define PTHREAD_ONCE_INIT 0

/* What a thread does at its end, the last first. */
struct __cleanup {
	void (*run)(void *);
	void *argument;
	struct __cleanup *next;
};

#define pthread_cleanup_push(run, argument)                \
	do {                                               \
		struct __cleanup __c = {run, argument, 0}; \
		__cleanup_push(&__c);
#define pthread_cleanup_pop(execute)  \
	__cleanup_pop(&__c, execute); \
	}                             \
	while (0)

void __cleanup_pop(struct __cleanup *c, int execute);
void __cleanup_push(struct __cleanup *c);

int pthread_attr_destroy(pthread_attr_t *attr);
int pthread_attr_init(pthread_attr_t *attr);
int pthread_attr_setdetachstate(pthread_attr_t *attr, int detached);
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size);
int pthread_barrier_destroy(pthread_barrier_t *b);
int pthread_barrier_init(pthread_barrier_t *restrict b,
			 const pthread_barrierattr_t *restrict attr,
			 unsigned count);
int pthread_barrier_wait(pthread_barrier_t *b);
int pthread_cancel(pthread_t thread);
int pthread_cond_broadcast(pthread_cond_t *c);
int pthread_cond_destroy(pthread_cond_t *c);
int pthread_cond_init(pthread_cond_t *restrict c,
		      const pthread_condattr_t *restrict attr);
int pthread_cond_signal(pthread_cond_t *c);
int pthread_cond_timedwait(pthread_cond_t *restrict c,
			   pthread_mutex_t *restrict m,
			   const struct timespec *restrict deadline);
int pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m);
int pthread_create(pthread_t *restrict thread,
		   const pthread_attr_t *restrict attr, void *(*start)(void *),
		   void *restrict argument);
int pthread_detach(pthread_t thread);
int pthread_equal(pthread_t a, pthread_t b);
_Noreturn void pthread_exit(void *result);
void *pthread_getspecific(pthread_key_t key);
int pthread_join(pthread_t thread, void **result);
int pthread_key_create(pthread_key_t *key, void (*destroy)(void *));
int pthread_key_delete(pthread_key_t key);
int pthread_mutex_destroy(pthread_mutex_t *m);
int pthread_mutex_init(pthread_mutex_t *restrict m,
		       const pthread_mutexattr_t *restrict attr);
int pthread_mutex_lock(pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *m);
int pthread_mutex_unlock(pthread_mutex_t *m);
int pthread_mutexattr_destroy(pthread_mutexattr_t *attr);
int pthread_mutexattr_init(pthread_mutexattr_t *attr);
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type);
int pthread_once(pthread_once_t *once, void (*run)(void));
pthread_t pthread_self(void);
int pthread_setcancelstate(int state, int *old);
int pthread_setspecific(pthread_key_t key, const void *value);
void pthread_testcancel(void);
