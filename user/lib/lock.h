/*
 * A lock for what the libc itself owns. LOCKED(&lock) holds it until the end of
 * the block; who holds it may take it again. With one thread it costs a look at
 * a variable.
 */
#pragma once

#include <stdatomic.h>

#include "libc.h"

#pragma GCC visibility push(hidden)

struct lock {
	atomic_int word;      /* 0 free, 1 held, 2 and somebody waits */
	struct thread *owner; /* only its own thread finds itself here */
	int depth;
};

extern struct lock __heap_lock;	   /* of malloc */
extern struct lock __streams_lock; /* of the list of streams */

#define LOCKED(l)                                                         \
	struct lock *held __attribute__((cleanup(__lock_drop), unused)) = \
		__lock_take(l)

/* => l, or NULL: nobody to keep out */
struct lock *__lock_take(struct lock *l);
void __lock_drop(struct lock **l);

#pragma GCC visibility pop
