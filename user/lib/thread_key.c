/*
 * Values of which each thread has its own.
 *
 * Owns: which keys there are.
 */
#include "thread.h"

#include <errno.h>
#include <limits.h>

#include "lock.h"

typedef void (*destructor)(void *);

static struct lock lock;
static struct {
	bool used;
	destructor destroy; /* or NULL */
} keys[PTHREAD_KEYS_MAX];

int
pthread_key_create(pthread_key_t *key, void (*destroy)(void *))
{
	LOCKED(&lock);

	for (pthread_key_t i = 0; i < PTHREAD_KEYS_MAX; i++)
		if (!keys[i].used) {
			keys[i].used = true;
			keys[i].destroy = destroy;
			*key = i;
			return 0;
		}
	return EAGAIN;
}

int
pthread_key_delete(pthread_key_t key)
{
	LOCKED(&lock);

	keys[key].used = false;
	keys[key].destroy = NULL;
	return 0;
}

void *
pthread_getspecific(pthread_key_t key)
{
	return __self()->values[key];
}

int
pthread_setspecific(pthread_key_t key, const void *value)
{
	if (key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	__self()->values[key] = (void *)(uintptr_t)value;
	return 0;
}

/* A destructor may set a value again: a few rounds. POSIX */
void
__thread_end_values(struct thread *t)
{
	bool more = true;

	for (int i = 0; more && i < PTHREAD_DESTRUCTOR_ITERATIONS; i++) {
		more = false;
		for (size_t k = 0; k < PTHREAD_KEYS_MAX; k++) {
			void *value = t->values[k];
			destructor destroy = keys[k].destroy;

			t->values[k] = NULL;
			if (value && destroy) {
				destroy(value);
				more = true;
			}
		}
	}
}
