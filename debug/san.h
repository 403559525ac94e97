/*
 * What a checked kernel (make SAN=1) is told by the code it checks; in other
 * kernels, and on the host, these are nothing.
 *
 * KASAN (kasan.c) must hear where memory begins and ends to be somebody's. What
 * it can learn from calls between files it takes from there (ld --wrap, see
 * SAN_WRAP in the Makefile), without a word in the kernel.
 */
#pragma once

#include "kernel/types.h"

#if defined(SAN) && !__STDC_HOSTED__

enum {
	SAN_STACK = 2,	  /* how much larger than usual a kernel stack is */
	SAN_REDZONE = 16, /* bytes behind each object of the heap */
};

/* For a function that looks at memory which is nobody's: the reason is given
 * where it is used. */
#define NO_KASAN __attribute__((no_sanitize_address, noinline))

/* The page of a frame has become somebody's, or nobody's. */
void san_frame(const void *page, bool free);
/* The first bytes of [at, at + size) are an object now, the rest belongs to
 * nobody. */
void san_object(const void *at, size_t bytes, size_t size);
/* An object is about to end, all its bytes may be written; and it has ended. */
void san_freeing(const void *at, size_t size);
void san_freed(const void *at, size_t size);

#else

enum {
	SAN_STACK = 1,
	SAN_REDZONE = 0,
};

#define NO_KASAN

static inline void
san_frame(const void *page, bool free)
{
	(void)page;
	(void)free;
}

static inline void
san_object(const void *at, size_t bytes, size_t size)
{
	(void)at;
	(void)bytes;
	(void)size;
}

static inline void
san_freeing(const void *at, size_t size)
{
	(void)at;
	(void)size;
}

static inline void
san_freed(const void *at, size_t size)
{
	(void)at;
	(void)size;
}

#endif
