/*
 * The scalars, limits and attributes that every file may use.
 *
 * An address of a program is an integer, not a pointer, so that the compiler
 * refuses to dereference it: the kernel reaches user memory only through
 * mm/user.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/errno.h"

typedef uint64_t vaddr_t; /* a virtual address of a user space */
typedef uint64_t paddr_t; /* a physical address */
typedef int32_t pid_t;

#define PAGE_SIZE 4096ul
#define PAGE_MASK (PAGE_SIZE - 1)

#define NS_PER_SECOND 1000000000ul

#define MUST_CHECK	  __attribute__((warn_unused_result))
#define NORETURN	  __attribute__((noreturn))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ALIGNED(n)	  __attribute__((aligned(n)))
/* Seldom called: kept out of its caller, whose registers it would cost. */
#define COLD __attribute__((cold, noinline))
/* Its registers, too, but called often. */
#define NOINLINE __attribute__((noinline))
/* Short, and in every fault's way. */
#define INLINE inline __attribute__((always_inline))
#define PACKED __attribute__((packed))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CONTAINER(ptr, type, member) \
	((type *)((uintptr_t)(ptr)-offsetof(type, member)))

/* The page that holds a, and the first page boundary at or after a.
 * => page_up: a is at most 2^64 - PAGE_SIZE */
static inline uint64_t
page_down(uint64_t a)
{
	return a & ~PAGE_MASK;
}

static inline uint64_t
page_up(uint64_t a)
{
	return (a + PAGE_MASK) & ~PAGE_MASK;
}

static inline uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}
