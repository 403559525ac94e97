/*
 * malloc and its relatives: payloads of blocks of the heap (heap.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "lock.h"

void *
malloc(size_t n)
{
	LOCKED(&__heap_lock);
	struct block *b = __heap_get(__heap_block_size(n));

	if (!b) {
		errno = ENOMEM;
		return NULL;
	}
	return payload(b);
}

/* The block of p; a program that is wrong about p ends here, not later. */
static struct block *
checked(void *p)
{
	if (__heap_in_use(block_of(p)))
		return block_of(p);
	__complain(program_invocation_name,
		   ": free or realloc of what malloc did not return, ",
		   "or that was freed before", "");
	abort();
}

void
free(void *p)
{
	LOCKED(&__heap_lock);

	if (p)
		__heap_put(checked(p));
}

void *
realloc(void *p, size_t n)
{
	LOCKED(&__heap_lock);
	size_t size = __heap_block_size(n);
	struct block *b;
	void *copy;

	if (!p)
		return malloc(n);
	b = checked(p);
	if (size && size <= size_of(b)) {
		__heap_split(b, size);
		return p;
	}
	if (size && __heap_extend(b, size))
		return p;
	copy = malloc(n);
	if (copy) {
		memcpy(copy, p, size_of(b) - HEADER);
		__heap_put(b);
	}
	return copy;
}

/* Memory fresh from the kernel is zero already: to write it would touch it. */
void *
calloc(size_t count, size_t size)
{
	LOCKED(&__heap_lock);
	const char *fresh = __heap_fresh();
	char *p;
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX;
	p = malloc(n);
	if (p && p < fresh)
		memset(p, 0, n < (size_t)(fresh - p) ? n : (size_t)(fresh - p));
	return p;
}

/* Of a block that is large enough wherever its aligned part begins, the ends
 * are freed again. */
void *
aligned_alloc(size_t alignment, size_t n)
{
	LOCKED(&__heap_lock);
	struct block *b, *aligned;
	size_t room;
	uintptr_t at;
	char *p;

	if (alignment == 0 || (alignment & (alignment - 1))) {
		errno = EINVAL;
		return NULL;
	}
	if (alignment <= ALIGN)
		return malloc(n);
	if (__builtin_add_overflow(n, alignment + SMALLEST, &room))
		room = SIZE_MAX;
	p = malloc(room);
	if (!p)
		return NULL;
	b = block_of(p);
	at = ((uintptr_t)p + SMALLEST + alignment - 1) & -alignment;
	aligned = block_of((void *)at);
	aligned->header = (size_t)((char *)above(b) - (char *)aligned) |
			  IN_USE | BELOW_IN_USE;
	b->header = (size_t)((char *)aligned - (char *)b) | (b->header & FLAGS);
	__heap_split(aligned, __heap_block_size(n));
	__heap_put(b);
	return (void *)at;
}
