/*
 * Truncated, flipped and random bytes, and the random numbers of all tests.
 *
 * Owns: the state of the generator (xorshift64*).
 */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RANDOM_RUNS = 20000,
	RANDOM_CHANGES = 8,
};

static uint64_t state = 1;

void
random_start(uint64_t seed)
{
	const char *wanted = getenv("QUIRE_SEED");

	if (wanted)
		seed = strtoull(wanted, NULL, 0);
	printf("# QUIRE_SEED=%#llx\n", (unsigned long long)seed);
	state = seed | 1;
}

uint64_t
random_next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dul;
}

uint64_t
random_below(uint64_t limit)
{
	return (random_next() >> 16) % limit;
}

static char *
copy_of(const char *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	return copy;
}

void
hostile_cut(const char *bytes, size_t size, hostile_try *attempt)
{
	for (size_t n = 0; n <= size; n++) {
		char *copy = copy_of(bytes, n);

		attempt(copy, n);
		free(copy);
	}
}

static void
flip_each_bit(char *copy, size_t size, hostile_try *attempt)
{
	for (size_t bit = 0; bit < size * 8; bit++) {
		copy[bit / 8] ^= (char)(1u << bit % 8);
		attempt(copy, size);
		copy[bit / 8] ^= (char)(1u << bit % 8);
	}
}

/* Extreme values are likelier than others. */
static char
hostile_byte(void)
{
	static const unsigned char extreme[] = {0, 1, 0x7f, 0x80, 0xff};
	uint64_t r = random_next() >> 20;

	return (char)(r & 1 ? r >> 8 : extreme[(r >> 8) % sizeof(extreme)]);
}

static void
change_some_bytes(const char *bytes, size_t size, hostile_try *attempt)
{
	char *copy = copy_of(bytes, size);

	for (int run = 0; size > 0 && run < RANDOM_RUNS; run++) {
		uint64_t at = random_below(size);

		for (uint64_t n = random_below(RANDOM_CHANGES) + 1; n-- > 0;)
			copy[(at + n) % size] = hostile_byte();
		attempt(copy, size);
		if (run % 4 == 0)
			memcpy(copy, bytes, size);
	}
	free(copy);
}

void
hostile_all(const char *bytes, size_t size, hostile_try *attempt)
{
	char *copy = copy_of(bytes, size);

	random_start(0x5eed);
	hostile_cut(bytes, size, attempt);
	flip_each_bit(copy, size, attempt);
	free(copy);
	change_some_bytes(bytes, size, attempt);
}
