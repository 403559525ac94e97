/*
 * The libc's own locks, and the mutex below them: U. Drepper, Futexes are
 * tricky, 2011, the third one.
 */
#include "lock.h"

#include "thread.h"

struct lock __heap_lock, __streams_lock;

struct lock *
__lock_take(struct lock *l)
{
	struct thread *me = __self();

	if (!__threaded)
		return NULL;
	if (l->owner != me) {
		__word_lock(&l->word);
		l->owner = me;
	}
	l->depth++;
	me->shields++; /* nobody would drop it */
	return l;
}

void
__lock_drop(struct lock **held)
{
	struct lock *l = *held;

	if (!l)
		return;
	__self()->shields--;
	if (--l->depth > 0)
		return;
	l->owner = NULL;
	__word_unlock(&l->word);
}

void
__word_lock(atomic_int *word)
{
	int free = 0;

	if (atomic_compare_exchange_strong(word, &free, 1))
		return;
	while (atomic_exchange(word, 2) != 0)
		__futex_wait(word, 2);
}

void
__word_unlock(atomic_int *word)
{
	if (atomic_exchange(word, 0) == 2)
		__futex_wake(word, 1);
}
