/*
 * malloc, calloc, realloc, free. Runs on Linux as well, apart from where the
 * heap ends.
 */
#include "process.h"

enum {
	SLOTS = 200,
	STEPS = 20000,
};

static struct {
	unsigned char *p;
	size_t size;
	unsigned char fill;
} slot[SLOTS];

static unsigned long seed = 1;

static unsigned
chance(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* The compiler knows malloc, and leaves out what is not used. */
static void *(*volatile allocate)(size_t) = malloc;

static int
intact(int i, size_t size)
{
	for (size_t j = 0; j < size; j++)
		if (slot[i].p[j] != slot[i].fill)
			return 0;
	return 1;
}

static size_t
random_size(void)
{
	unsigned kind = chance(100);

	return kind < 70   ? chance(200)
	       : kind < 97 ? chance(5000)
			   : chance(200000);
}

/* => whether what was there had survived */
static int
step(int i)
{
	size_t old = slot[i].size, size = random_size();
	int fine = !slot[i].p || intact(i, old);

	if (slot[i].p && chance(3) == 0) {
		slot[i].p = realloc(slot[i].p, size + 1);
		fine &= slot[i].p && intact(i, old < size ? old : size);
	} else {
		free(slot[i].p);
		slot[i].p = malloc(size + 1);
	}
	need(slot[i].p != NULL, "malloc");
	fine &= (uintptr_t)slot[i].p % 16 == 0;
	slot[i].size = size;
	slot[i].fill = (unsigned char)chance(256);
	memset(slot[i].p, slot[i].fill, size);
	return fine;
}

static void
random_steps(void)
{
	int bad = 0;

	for (int i = 0; i < STEPS; i++)
		bad += !step((int)chance(SLOTS));
	for (int i = 0; i < SLOTS; i++) {
		bad += slot[i].p && !intact(i, slot[i].size);
		free(slot[i].p);
		slot[i].p = NULL;
	}
	is(bad, 0, "20,000 random steps: aligned, disjoint, kept");
}

static void
edges(void)
{
	unsigned char *p = calloc(1000, 7), *volatile kept;
	void *q = allocate(0), *r = allocate(0);
	int zero = 1;
	size_t huge = ~0ul / 2;

	__asm__("" : "+r"(huge));
	memset(p, 1, 7000);
	free(p);
	p = calloc(7, 1000);
	for (int i = 0; i < 7000; i++)
		zero &= p[i] == 0;
	ok(zero, "calloc gives zeros, also from used memory");
	free(p);
	ok(q != r || q == NULL, "malloc(0) gives different pointers, or none");
	free(q);
	free(r);
	free(NULL);
	ok(allocate(huge) == NULL, "malloc of half of all addresses");
	p = calloc(huge, 4);
	__asm__("" : "+r"(p));
	ok(p == NULL, "calloc whose product wraps");
	p = realloc(NULL, 10);
	ok(p != NULL, "realloc of NULL is malloc");
	kept = p;
	ok(realloc(p, huge) == NULL, "realloc that fails");
	kept[9] = 1;
	free(kept);
}

static void
given_back(void)
{
	char *end, *p, *q;

	free(malloc(1));
	end = sbrk(0);
	p = allocate(500000);
	q = allocate(500000);
	need(p && q, "malloc");
	ok((char *)sbrk(0) > end + 500000, "malloc uses sbrk");
	free(p);
	free(q);
	ok((char *)sbrk(0) < end + 300000,
	   "freeing the top of the heap gives it back to the kernel");
}

int
main(void)
{
	random_steps();
	edges();
	given_back();
	return done();
}
