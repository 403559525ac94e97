/*
 * The heap: blocks between the end of the program's data and the boundary that
 * sbrk moves. CS:APP 9.9. heap.c keeps the invariants; malloc.c is built on it.
 *
 * Owns: the form of a block.
 *
 * A block is a header, a payload, and payload until the next header:
 *
 *	in use   | size, flags | payload ...                            |
 *	free     | size, flags | next free | previous free | ... | size |
 *	           8 bytes       8           8                     8
 *
 * Sizes are of whole blocks and multiples of 16, payloads lie at multiples of
 * 16. A block's neighbour above is size bytes further; its neighbour below is
 * found by the size at that one's end (the boundary tag), which is there only if
 * that one is free: the flag BELOW_IN_USE says so.
 *
 *	+-------+------+-------+------+-----------------------------+
 *	| block | free | block | free | top                         |
 *	+-------+------+-------+------+-----------------------------+
 *	^ first sbrk                  ^ heap.top                    ^ heap.end
 *
 * The top is what has not been given out yet. It has neither header nor tag:
 * memory costs a frame only once it is touched, and nobody touches the top. If
 * no free block fits, a block is cut from the top; if the top is too small, sbrk
 * moves its end up; if it becomes large, sbrk moves its end down, and the frames
 * go back to the kernel.
 *
 * Free blocks are in lists by size: below 512 bytes a list has one size, above
 * it has those from one power of two to the next.
 *
 * Invariants:
 * M1 Two free blocks are never neighbours, and none borders on the top.
 * M2 A block's BELOW_IN_USE tells the truth; that of the block at heap.top, when
 *    one is cut there, is always set (by M1).
 * M3 Bit i of heap.full is set iff list i is not empty.
 * M4 Above heap.fresh, nothing was ever written: it reads as zeros.
 */
#pragma once

#include "libc.h"

#pragma GCC visibility push(hidden)

enum {
	ALIGN = 16,
	HEADER = sizeof(size_t),
	SMALLEST = 32, /* header, two links, tag */
};

enum {
	IN_USE = 1,
	BELOW_IN_USE = 2,
	FLAGS = ALIGN - 1,
};

struct block {
	size_t header;		       /* size | flags */
	struct block *next, *previous; /* only while free */
};

static inline size_t
size_of(const struct block *b)
{
	return b->header & ~(size_t)FLAGS;
}

static inline struct block *
above(struct block *b)
{
	return (struct block *)((char *)b + size_of(b));
}

/* Only if BELOW_IN_USE is not set. */
static inline struct block *
below(struct block *b)
{
	size_t size = ((size_t *)b)[-1];

	return (struct block *)((char *)b - size);
}

static inline void *
payload(struct block *b)
{
	return (char *)b + HEADER;
}

static inline struct block *
block_of(void *p)
{
	return (struct block *)((char *)p - HEADER);
}

/* The size of a block whose payload holds n bytes; 0: there is none so large.
 */
size_t __heap_block_size(size_t n);

/* A block of that size or slightly more, in use. => NULL: no memory, size 0 */
struct block *__heap_get(size_t size);

/* b, in use, becomes free and merges with what is free around it. */
void __heap_put(struct block *b);

/* Keeps size bytes of b, in use, and frees the rest if it makes a block. */
void __heap_split(struct block *b, size_t size);

/* Makes b, in use, size bytes long in its place. => false: it cannot grow */
bool __heap_extend(struct block *b, size_t size);

/* Could b be a block in use? What free is given may be anything. */
bool __heap_in_use(const struct block *b);

/* heap.fresh, M4 */
const char *__heap_fresh(void);

#pragma GCC visibility pop
