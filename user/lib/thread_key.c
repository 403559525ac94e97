/*
 * Values of which each thread has its own.
 *
 * Owns: which keys there are.
 */
#include "thread.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "lock.h"

typedef void (*destructor)(void *);

static struct lock lock;
static struct key {
	bool used;
	destructor destroy; /* or NULL */
} * keys;		    /* PTHREAD_KEYS_MAX of them, once one is made */

int
pthread_key_create(pthread_key_t *key, void (*destroy)(void *))
{
	LOCKED(&lock);

	if (!keys)
		keys = calloc(PTHREAD_KEYS_MAX, sizeof(*keys));
	for (pthread_key_t i = 0; keys && i < PTHREAD_KEYS_MAX; i++)
		if (!keys[i].used) {
			keys[i] = (struct key){true, destroy};
			*key = i;
			return 0;
		}
	return keys ? EAGAIN : ENOMEM;
}

int
pthread_key_delete(pthread_key_t key)
{
	LOCKED(&lock);

	if (!keys || key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	keys[key] = (struct key){false, NULL};
	return 0;
}

void *
pthread_getspecific(pthread_key_t key)
{
	const struct thread *t = __self();

	return t->values ? t->values[key] : NULL;
}

int
pthread_setspecific(pthread_key_t key, const void *value)
{
	struct thread *t = __self();

	if (!keys || key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	if (!t->values)
		t->values = calloc(PTHREAD_KEYS_MAX, sizeof(*t->values));
	if (!t->values)
		return ENOMEM;
	t->values[key] = (void *)(uintptr_t)value;
	return 0;
}

/* => whether there was one */
static bool
end_value(struct thread *t, size_t key)
{
	void *value = t->values[key];

	t->values[key] = NULL;
	if (!value || !keys[key].destroy)
		return false;
	keys[key].destroy(value);
	return true;
}

/* A destructor may set a value again: a few rounds. POSIX */
void
__thread_end_values(struct thread *t)
{
	bool more = t->values != NULL;

	for (int i = 0; more && i < PTHREAD_DESTRUCTOR_ITERATIONS; i++) {
		more = false;
		for (size_t key = 0; key < PTHREAD_KEYS_MAX; key++)
			more |= end_value(t, key);
	}
	free(t->values);
	t->values = NULL;
}
