/*
 * The shadow: one byte for every eight of the kernel's.
 *
 *	0	all eight may be used
 *	1..7	only so many of them, the first ones
 *	others	none, and why: enum kasan_tag
 *
 * The shadow of address a is at a / 8 + KASAN_OFFSET. The compiler was told the
 * same: it writes the shadow of local variables by itself.
 */
#pragma once

#include "kernel/types.h"
#include "mm/layout.h"

enum kasan_tag {
	KASAN_STACK_LEFT = 0xf1, /* these four are the compiler's */
	KASAN_STACK_MIDDLE = 0xf2,
	KASAN_STACK_RIGHT = 0xf3,
	KASAN_SCOPE = 0xf8,  /* a variable whose block has been left */
	KASAN_GLOBAL = 0xf9, /* behind a global variable */
	KASAN_GUARD = 0xfa,  /* below a kernel stack */
	KASAN_FREED = 0xfb,  /* an object of the heap that has been freed */
	KASAN_HEAP = 0xfc,   /* a page of the heap, but no object */
	KASAN_FRAME = 0xff,  /* a frame that is free, or no memory */
};

#define KASAN_OFFSET 0xdffffc0000000000ul /* as in the Makefile */

/* A global variable, as the compiler describes it. */
struct kasan_global {
	uintptr_t start;
	size_t size;
	size_t size_with_redzone;
	const char *name;
	const char *file;
	size_t has_dynamic_init;
	const void *location;
	uintptr_t odr;
};

extern const char text_start[], data_end[]; /* linker.ld */
extern uintptr_t kasan_end; /* of the direct map's memory; 0: no checks yet */

static inline uint8_t *
kasan_shadow(uintptr_t at)
{
	return (uint8_t *)(at / 8 + KASAN_OFFSET);
}

/* Whether the kernel may have memory there: it has a shadow. */
static inline bool
kasan_covers(uintptr_t at)
{
	return (at >= DIRECT_BASE && at < kasan_end) ||
	       (at >= STACKS_BASE && at < STACKS_BASE + STACKS_SIZE) ||
	       (at >= (uintptr_t)text_start && at < (uintptr_t)data_end);
}

/* at is a multiple of 8; poison: whole groups of 8 only. */
void kasan_poison(uintptr_t at, size_t size, enum kasan_tag tag);
void kasan_unpoison(uintptr_t at, size_t size);
/* The variable whose memory or redzone this is; NULL: none. */
const struct kasan_global *kasan_global_at(uintptr_t at);
/* Panics. bad: the first byte that is nobody's; by: where the code goes on
 * that used it */
NORETURN void kasan_report(uintptr_t start, size_t len, bool write,
			   uintptr_t bad, uintptr_t by);
