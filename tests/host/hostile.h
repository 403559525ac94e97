/*
 * Hostile input for the parsers: copies in buffers of the exact size, so that
 * AddressSanitizer sees one byte too many; every truncation, every flipped bit,
 * and random bytes.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/types.h"
#include "mm/tree.h"

/* Parses and checks that the answer is an error or within bounds. */
typedef void hostile_try(const char *bytes, size_t size);

/* All of them, for a valid input. */
void hostile_all(const char *bytes, size_t size, hostile_try *attempt);
/* Only cuts. */
void hostile_cut(const char *bytes, size_t size, hostile_try *attempt);

/* Pseudo-random numbers; the seed is printed and QUIRE_SEED overrides it. */
void random_start(uint64_t seed);
uint64_t random_next(void);
/* => 0 <= number < limit */
uint64_t random_below(uint64_t limit);

static inline int
tree_height(const struct tree_node *n)
{
	int left = n ? tree_height(n->left) : 0;
	int right = n ? tree_height(n->right) : 0;

	return n ? 1 + (left > right ? left : right) : 0;
}
