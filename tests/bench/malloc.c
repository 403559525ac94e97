/*
 * malloc NAME COUNT: what malloc and free cost, per pair, in the libc that this
 * is linked with. NAME is malloc_small_LIBC, malloc_mixed_... or malloc_1m_...
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum {
	SMALL = 64,   /* bytes */
	LIVE = 64,    /* blocks that mixed keeps */
	RANDOM = 16,  /* bits of the generator that are thrown away */
	MIXED = 2048, /* bytes, of the largest */
};

static void *
allocate(size_t size)
{
	volatile char *p = malloc(size);

	if (!p)
		die("malloc", 0);
	*p = 1;
	return (void *)(uintptr_t)p;
}

static uint64_t
same_size(unsigned long size, unsigned n)
{
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++)
		free(allocate(size));
	return cycles() - start;
}

/* Any of LIVE blocks makes room for one of another size. */
static uint64_t
mixed(unsigned long size, unsigned n)
{
	static void *block[LIVE];
	uint32_t random = 1;
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++) {
		unsigned k = (random >> RANDOM) % LIVE;

		free(block[k]);
		random = random * 1103515245 + 12345;
		block[k] = allocate(1 + (random >> RANDOM) % size);
	}
	return cycles() - start;
}

int
main(int argc, char *argv[])
{
	static struct operation o = {.round = same_size, .size = SMALL};

	if (argc != 3)
		return 1;
	o.name = argv[1];
	if (strncmp(o.name, "malloc_mixed", 12) == 0) {
		o.round = mixed;
		o.size = MIXED;
	} else if (strncmp(o.name, "malloc_1m", 9) == 0) {
		o.size = MIB;
	}
	measure(&o, number(argv[2]), ROUNDS);
	return 0;
}
