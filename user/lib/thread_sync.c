/*
 * What threads wait on: mutexes, conditions, barriers, semaphores. Each is a word
 * that says by itself whether to wait; only who has to wait, or knows that
 * somebody does, calls the kernel.
 */
#include "thread.h"

#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <time.h>

enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, BILLION = 1000000000 };

/* => how long until then; false: it has passed */
static bool
time_until(const struct timespec *deadline, struct timespec *left)
{
	clock_gettime(CLOCK_REALTIME, left);
	left->tv_sec = deadline->tv_sec - left->tv_sec;
	left->tv_nsec = deadline->tv_nsec - left->tv_nsec;
	if (left->tv_nsec < 0) {
		left->tv_sec--;
		left->tv_nsec += BILLION;
	}
	return left->tv_sec >= 0;
}

void
__futex_wait(atomic_int *word, int value)
{
	kernel(SYS_futex, word, FUTEX_WAIT, value, NULL);
}

int
__futex_sleep(atomic_int *word, int value, const struct timespec *deadline)
{
	struct timespec left;

	if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= BILLION))
		return EINVAL;
	if (deadline && !time_until(deadline, &left))
		return ETIMEDOUT;
	return (int)-kernel_sleep(SYS_futex, word, FUTEX_WAIT, value,
				  deadline ? &left : NULL);
}

void
__futex_wake(atomic_int *word, int count)
{
	kernel(SYS_futex, word, FUTEX_WAKE, count);
}

int
pthread_mutex_init(pthread_mutex_t *restrict m,
		   const pthread_mutexattr_t *restrict attr)
{
	*m = (pthread_mutex_t){.type = attr ? attr->type : 0};
	return 0;
}

int
pthread_mutex_destroy(pthread_mutex_t *m)
{
	return m->word ? EBUSY : 0;
}

/* What a mutex with a memory says to its owner, or -1: go on. */
static int
again(pthread_mutex_t *m, int refusal)
{
	if (m->type == PTHREAD_MUTEX_NORMAL || m->owner != __self())
		return -1;
	if (m->type == PTHREAD_MUTEX_ERRORCHECK)
		return refusal;
	m->depth++;
	return 0;
}

int
pthread_mutex_lock(pthread_mutex_t *m)
{
	int answer = again(m, EDEADLK);

	if (answer >= 0)
		return answer;
	__word_lock(&m->word);
	m->owner = __self();
	return 0;
}

int
pthread_mutex_trylock(pthread_mutex_t *m)
{
	int answer = again(m, EBUSY), free = 0;

	if (answer >= 0)
		return answer;
	if (!atomic_compare_exchange_strong(&m->word, &free, 1))
		return EBUSY;
	m->owner = __self();
	return 0;
}

int
pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (m->type != PTHREAD_MUTEX_NORMAL && m->owner != __self())
		return EPERM;
	if (m->depth > 0) {
		m->depth--;
		return 0;
	}
	m->owner = NULL;
	__word_unlock(&m->word);
	return 0;
}

int
pthread_mutexattr_init(pthread_mutexattr_t *attr)
{
	attr->type = PTHREAD_MUTEX_DEFAULT;
	return 0;
}

int
pthread_mutexattr_destroy(pthread_mutexattr_t *attr)
{
	(void)attr;
	return 0;
}

int
pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type)
{
	if (type < PTHREAD_MUTEX_NORMAL || type > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	attr->type = type;
	return 0;
}

int
pthread_cond_init(pthread_cond_t *restrict c,
		  const pthread_condattr_t *restrict attr)
{
	(void)attr;
	*c = (pthread_cond_t){0};
	return 0;
}

int
pthread_cond_destroy(pthread_cond_t *c)
{
	(void)c;
	return 0;
}

static void
lock_again(void *mutex)
{
	pthread_mutex_lock(mutex);
}

/* A signal between unlock and sleep has changed the number. */
int
pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
		       const struct timespec *restrict deadline)
{
	int signals = c->signals, error;

	pthread_mutex_unlock(m);
	pthread_cleanup_push(lock_again, m);
	error = __futex_sleep(&c->signals, signals, deadline);
	pthread_cleanup_pop(1);
	return error == ETIMEDOUT || error == EINVAL ? error : 0;
}

int
pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m)
{
	return pthread_cond_timedwait(c, m, NULL);
}

int
pthread_cond_signal(pthread_cond_t *c)
{
	atomic_fetch_add(&c->signals, 1);
	__futex_wake(&c->signals, 1);
	return 0;
}

int
pthread_cond_broadcast(pthread_cond_t *c)
{
	atomic_fetch_add(&c->signals, 1);
	__futex_wake(&c->signals, INT_MAX);
	return 0;
}

int
pthread_barrier_init(pthread_barrier_t *restrict b,
		     const pthread_barrierattr_t *restrict attr, unsigned count)
{
	(void)attr;
	*b = (pthread_barrier_t){.count = count};
	return count ? 0 : EINVAL;
}

int
pthread_barrier_destroy(pthread_barrier_t *b)
{
	(void)b;
	return 0;
}

int
pthread_barrier_wait(pthread_barrier_t *b)
{
	unsigned round;
	bool last;

	pthread_mutex_lock(&b->mutex);
	round = b->round;
	last = ++b->there == b->count;
	if (last) {
		b->there = 0;
		b->round++;
		pthread_cond_broadcast(&b->all);
	}
	while (b->round == round)
		pthread_cond_wait(&b->all, &b->mutex);
	pthread_mutex_unlock(&b->mutex);
	return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

/* 0 not yet, 1 at it, 2 done */
int
pthread_once(pthread_once_t *once, void (*run)(void))
{
	int state = 0;

	if (atomic_compare_exchange_strong(once, &state, 1)) {
		run();
		*once = 2;
		__futex_wake(once, INT_MAX);
	}
	while ((state = *once) != 2)
		__futex_wait(once, state);
	return 0;
}

int
sem_init(sem_t *s, int shared, unsigned value)
{
	(void)shared;
	if (value > INT_MAX) {
		errno = EINVAL;
		return -1;
	}
	s->value = (int)value;
	return 0;
}

int
sem_destroy(sem_t *s)
{
	(void)s;
	return 0;
}

int
sem_getvalue(sem_t *restrict s, int *restrict value)
{
	*value = s->value;
	return 0;
}

int
sem_post(sem_t *s)
{
	atomic_fetch_add(&s->value, 1);
	__futex_wake(&s->value, 1);
	return 0;
}

int
sem_trywait(sem_t *s)
{
	int value = s->value;

	while (value > 0)
		if (atomic_compare_exchange_strong(&s->value, &value,
						   value - 1))
			return 0;
	errno = EAGAIN;
	return -1;
}

int
sem_timedwait(sem_t *restrict s, const struct timespec *restrict deadline)
{
	while (sem_trywait(s) < 0) {
		int error = __futex_sleep(&s->value, 0, deadline);

		if (error && error != EAGAIN) {
			errno = error;
			return -1;
		}
	}
	return 0;
}

int
sem_wait(sem_t *s)
{
	return sem_timedwait(s, NULL);
}
