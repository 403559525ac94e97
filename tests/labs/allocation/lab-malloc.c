/*
 * malloc and its relatives: what they promise. Argument: which claims.
 */
#include "pages.h"

enum {
	SLOTS = 200,
	STEPS = 8000,
	BLOCKS = 64,
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
static void *(*volatile resize)(void *, size_t) = realloc;
static void (*volatile release)(void *) = free;
static void *(*volatile clear)(size_t, size_t) = calloc;

static void *
must(void *p)
{
	need(p != NULL, "malloc, realloc or calloc returned NULL");
	return p;
}

/* ---- Payloads ------------------------------------------------------------- */

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
	       : kind < 98 ? chance(3000)
			   : chance(60000);
}

static int
step(int i)
{
	size_t old = slot[i].size, size = random_size();
	int fine = !slot[i].p || intact(i, old);

	if (slot[i].p && chance(3) == 0) {
		slot[i].p = must(resize(slot[i].p, size + 1));
		fine &= intact(i, old < size ? old : size);
	} else {
		release(slot[i].p);
		slot[i].p = must(allocate(size + 1));
	}
	slot[i].size = size;
	slot[i].fill = (unsigned char)chance(256);
	memset(slot[i].p, slot[i].fill, size);
	return fine;
}

static void
payloads(void)
{
	int bad = 0, crooked = 0;

	for (int i = 0; i < STEPS; i++) {
		int which = (int)chance(SLOTS);

		bad += !step(which);
		crooked += (uintptr_t)slot[which].p % 16 != 0;
	}
	for (int i = 0; i < SLOTS; i++) {
		bad += slot[i].p && !intact(i, slot[i].size);
		release(slot[i].p);
	}
	is(crooked, 0, "8,000 random steps: payloads at multiples of 16");
	is(bad, 0, "8,000 random steps: no payload is damaged");
}

/* ---- Edges ------------------------------------------------------------------ */

/* One claim: the first n bytes at p are zeros. */
static void
all_zero(const unsigned char *p, size_t n, const char *claim)
{
	size_t i = 0;

	while (i < n && p[i] == 0)
		i++;
	if (!ok(i == n, "%s", claim))
		diag("byte %zu, at %p, is 0x%x", i, (const void *)&p[i], p[i]);
}

static void
zeros(void)
{
	unsigned char *p = must(allocate(7000));

	memset(p, 255, 7000);
	must(allocate(1));
	release(p);
	p = must(clear(7, 1000));
	all_zero(p, 7000, "calloc of used memory gives zeros");
	release(p);
	p = must(allocate(300000));
	memset(p, 255, 300000);
	release(p);
	p = must(clear(3, 100000));
	all_zero(p, 300000,
		 "calloc of memory that went to the kernel and back does, too");
	release(p);
}

static void
edges(void)
{
	size_t huge = (size_t)PTRDIFF_MAX;
	void *q = must(allocate(16)), *r = allocate(0), *s = allocate(0);
	volatile char *kept = must(resize(NULL, 10));

	ok(r != s || !r, "malloc(0) gives different pointers, or none");
	release(r);
	release(s);
	release(NULL);
	release(q);
	kept[9] = 9;
	errno = 0;
	ok(!allocate(huge) && errno == ENOMEM, "malloc of half of all memory");
	ok(!allocate(SIZE_MAX), "malloc of all addresses");
	ok(!allocate(SIZE_MAX - 7), "and of so many that rounding wraps");
	ok(!clear(SIZE_MAX / 2 + 2, 2), "calloc whose product wraps");
	ok(!resize((void *)(uintptr_t)kept, huge) && kept[9] == 9,
	   "a realloc that fails leaves the block as it was");
	release((void *)(uintptr_t)kept);
}

static void
resized(void)
{
	unsigned char *p = must(allocate(100)), *other;
	int kept = 1;

	memset(p, 7, 100);
	other = must(allocate(100));
	memset(other, 8, 100);
	p = must(resize(p, 5000));
	for (int i = 0; i < 100; i++)
		kept &= p[i] == 7 && other[i] == 8;
	ok(kept, "realloc to more keeps the contents, and the neighbour's");
	p = must(resize(p, 50));
	other = must(resize(other, 3000));
	for (int i = 0; i < 50; i++)
		kept &= p[i] == 7 && other[i] == 8;
	ok(kept, "realloc to less too");
	release(p);
	release(other);
}

/* ---- Reuse -------------------------------------------------------------------- */

static char *
heap_end(void)
{
	return sbrk(0);
}

/* Blocks side by side, freed in an order, must serve one as large as all. */
static void
merges(const int *order, int count, const char *claim)
{
	static char *p[4];
	char *before, *whole;
	void *wall;

	for (int i = 0; i < count; i++)
		p[i] = must(allocate(20000));
	wall = must(allocate(64));
	before = heap_end();
	for (int i = 0; i < count; i++)
		release(p[order[i]]);
	whole = must(allocate((size_t)count * 20000));
	if (!ok(whole == p[0] && heap_end() == before, "%s", claim))
		diag("%d blocks for 20000 bytes, the first two at %p and %p; "
		     "then one for all at %p, the boundary moved by %ld",
		     count, (void *)p[0], (void *)p[1], (void *)whole,
		     (long)(heap_end() - before));
	release(whole);
	release(wall);
}

static void
merging(void)
{
	merges((int[]){0, 1}, 2, "freed upwards, two blocks become one");
	merges((int[]){1, 0}, 2, "freed downwards, two blocks become one");
	merges((int[]){0, 2, 1}, 3, "a block merges with both neighbours");
	merges((int[]){3, 1, 0, 2}, 4, "four blocks become one");
}

static void
splitting(void)
{
	static char *p[BLOCKS];
	char *large = must(allocate(BLOCKS * 1100)), *end;
	void *wall = must(allocate(64));
	int inside = 1;

	release(large);
	end = heap_end();
	for (int i = 0; i < BLOCKS; i++) {
		p[i] = must(allocate(1000));
		inside &= p[i] >= large && p[i] < large + BLOCKS * 1100;
	}
	ok(inside && heap_end() == end,
	   "a large free block serves 64 small ones");
	large = must(resize(must(allocate(100000)), 2000));
	end = heap_end();
	p[0] = must(allocate(60000));
	ok(heap_end() == end, "what realloc cuts off serves others");
	release(wall);
}

/* ---- Frames ------------------------------------------------------------------ */

static void
lazy(void)
{
	long before;
	char *p;

	must(allocate(1));
	before = frames(MEM_PAGE);
	p = must(allocate(4 << 20));
	if (!ok(frames(MEM_PAGE) - before <= 3,
		"malloc(4 MiB) takes no frames"))
		diag("but for its header; it took %ld",
		     frames(MEM_PAGE) - before);
	p[1 << 20] = 1;
	if (!ok(frames(MEM_PAGE) - before <= 4, "a touched page takes one"))
		diag("together %ld", frames(MEM_PAGE) - before);
	release(p);
}

static void
given_back(void)
{
	char *end, *p[8];
	long before;

	must(allocate(1));
	end = heap_end();
	before = frames(MEM_PAGE);
	for (int i = 0; i < 8; i++)
		memset(p[i] = must(allocate(500000)), 1, 500000);
	ok(heap_end() >= end + 3500000, "malloc takes its memory from sbrk");
	for (int i = 0; i < 8; i++)
		release(p[i ^ 3]);
	if (!ok(heap_end() < end + 400000,
		"a large free end goes back by sbrk"))
		diag("the heap is still %ld KiB longer",
		     (long)(heap_end() - end) >> 10);
	if (!ok(frames(MEM_PAGE) - before < 100, "and its frames are free"))
		diag("%ld frames are kept", frames(MEM_PAGE) - before);
}

/* Somebody else moves the boundary: that memory is not malloc's. */
static void
intruder(void)
{
	char *a = must(allocate(1000)), *mine, *b;
	int fine = 1;

	mine = sbrk(5000);
	need(mine != (void *)-1, "sbrk");
	memset(mine, 5, 5000);
	for (int i = 0; i < 40; i++) {
		b = must(allocate(10000));
		memset(b, 6, 10000);
		fine &= b + 10000 <= mine || b >= mine + 5000;
	}
	memset(a, 7, 1000);
	for (int i = 0; i < 5000; i++)
		fine &= mine[i] == 5;
	ok(fine, "what another caller of sbrk got is left alone");
}

int
main(int argc, char *argv[])
{
	static void (*const groups[][4])(void) = {
		['p' - 'a'] = {payloads, intruder},
		['e' - 'a'] = {zeros, edges, resized},
		['m' - 'a'] = {merging, splitting},
		['f' - 'a'] = {lazy, given_back},
	};
	int which = argc > 1 ? argv[1][0] - 'a' : 0;

	for (int i = 0; groups[which][i]; i++)
		groups[which][i]();
	return done();
}
