/*
 * How well malloc uses memory and time: traces as in CS:APP's malloc lab, each in
 * a process of its own.
 *
 * Utilisation: the largest sum of live payloads, of the largest heap.
 * Time: instructions of the guest for one call, the kernel's for sbrk and faults
 * included. The machine must count them (-icount), so that rdtsc does, and every
 * run gives the same numbers.
 */
#include "pages.h"

enum { SLOTS = 4096 };

static struct {
	unsigned char *p;
	size_t size;
} slot[SLOTS];

/* What a trace's process says of itself. */
struct score {
	unsigned long calls, cycles, live, peak_live, peak_heap;
	const char *wrong; /* what went wrong, or NULL */
};

static struct score *score; /* shared */
static char *heap_start;
static unsigned long seed;

static unsigned
chance(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static unsigned long
now(void)
{
	unsigned low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (unsigned long)high << 32 | low;
}

/* ---- The steps of a trace -------------------------------------------------- */

static void *(*volatile allocate)(size_t) = malloc;
static void *(*volatile resize)(void *, size_t) = realloc;
static void (*volatile release)(void *) = free;

static void
count(unsigned long cycles, size_t more, size_t less)
{
	unsigned long heap = (unsigned long)((char *)sbrk(0) - heap_start);

	score->calls++;
	score->cycles += cycles;
	score->live += more - less;
	if (score->live > score->peak_live)
		score->peak_live = score->live;
	if (heap > score->peak_heap)
		score->peak_heap = heap;
}

/* The first and the last byte tell whether somebody else wrote there. */
static unsigned char
sign(unsigned i)
{
	return (unsigned char)(i * 7 + 1);
}

static void
inspect(unsigned i, size_t size)
{
	if (slot[i].p[0] != sign(i) || slot[i].p[size - 1] != sign(i))
		score->wrong = "a payload is damaged";
}

static void
mark(unsigned i, void *p, size_t size)
{
	if (!p) {
		score->wrong = "malloc or realloc returned NULL";
		exit(1);
	}
	slot[i].p = p;
	slot[i].size = size;
	slot[i].p[0] = slot[i].p[size - 1] = sign(i);
}

static void
get(unsigned i, size_t size)
{
	unsigned long before = now();
	void *p = allocate(size);

	count(now() - before, size, 0);
	mark(i, p, size);
}

static void
put(unsigned i)
{
	unsigned long before;

	if (!slot[i].p)
		return;
	inspect(i, slot[i].size);
	before = now();
	release(slot[i].p);
	count(now() - before, 0, slot[i].size);
	slot[i].p = NULL;
}

static void
change(unsigned i, size_t size)
{
	unsigned long before;
	void *p;

	inspect(i, slot[i].size);
	before = now();
	p = resize(slot[i].p, size);
	count(now() - before, size, slot[i].size);
	if (p && ((unsigned char *)p)[0] != sign(i))
		score->wrong = "a payload is damaged";
	mark(i, p, size);
}

/* ---- Traces ------------------------------------------------------------------ */

/* Last in, first out. */
static void
stack(void)
{
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 2000; i++)
			get(i, 16 + chance(1000));
		for (unsigned i = 2000; i-- > 0;)
			put(i);
	}
}

/* First in, first out. */
static void
queue(void)
{
	for (unsigned i = 0; i < 6000; i++) {
		put(i % 1000);
		get(i % 1000, 1 + chance(2000));
	}
}

/* Many small ones, replaced at random. */
static void
strings(void)
{
	for (unsigned i = 0; i < 10000; i++) {
		unsigned which = chance(SLOTS);

		put(which);
		get(which, 1 + chance(120));
	}
}

/* All sizes, replaced at random. */
static void
mixed(void)
{
	for (unsigned i = 0; i < 6000; i++) {
		unsigned which = chance(600), kind = chance(100);

		put(which);
		get(which, 1 + (kind < 60   ? chance(128)
				: kind < 97 ? chance(4000)
					    : chance(40000)));
	}
}

/* CS:APP's: small and large in turn, the large ones freed, then larger ones:
 * they do not fit into the gaps, whatever one does. */
static void
binary(void)
{
	for (unsigned i = 0; i < 2000; i += 2) {
		get(i, 64);
		get(i + 1, 448);
	}
	for (unsigned i = 1; i < 2000; i += 2)
		put(i);
	for (unsigned i = 1; i < 2000; i += 2)
		get(i, 512);
}

/* Small ones freed side by side make room for large ones, and back. */
static void
merging(void)
{
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 2400; i++)
			get(i, 300);
		for (unsigned i = 0; i < 2400; i++)
			put(i * 7 % 2400);
		for (unsigned i = 0; i < 600; i++)
			get(i, 1200);
		for (unsigned i = 0; i < 600; i++)
			put(i);
	}
}

/* One array grows while small blocks come and go. */
static void
growing(void)
{
	get(0, 1000);
	for (unsigned i = 1; i < 1500; i++) {
		change(0, 1000 + i * 300);
		get(i, 40);
		if (i > 10)
			put(i - 10);
	}
}

/* Many arrays double in turn. */
static void
doubling(void)
{
	for (unsigned i = 0; i < 64; i++)
		get(i, 16);
	for (size_t size = 32; size <= 16384; size *= 2)
		for (unsigned i = 0; i < 64; i++)
			change(i, size - chance(8));
}

/* ---- Score ------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(void);
} traces[] = {
	{"stack", stack},     {"queue", queue},	      {"strings", strings},
	{"mixed", mixed},     {"binary", binary},     {"merging", merging},
	{"growing", growing}, {"doubling", doubling},
};

enum { TRACES = sizeof(traces) / sizeof(traces[0]) };

static int
run_trace(void *which)
{
	size_t i = (size_t)which;

	seed = i + 1;
	heap_start = sbrk(0);
	score = &score[i];
	traces[i].run();
	return 0;
}

int
main(void)
{
	unsigned long used = 0, cost = 0;
	int ended = 1;

	score = shared_pages(1);
	for (size_t i = 0; i < TRACES; i++) {
		struct score *s = &score[i];
		unsigned long percent, cycles;

		if (run(run_trace, (void *)i) != 0 && !s->wrong)
			s->wrong = "it crashed";
		ended &= !s->wrong;
		percent = s->peak_live * 100 / (s->peak_heap + 1);
		cycles = s->cycles / (s->calls + 1);
		diag("%-9s %6lu calls  %5lu KiB live  heap %5lu KiB  %3lu %%  "
		     "%5lu instructions%s%s",
		     traces[i].name, s->calls, s->peak_live >> 10,
		     s->peak_heap >> 10, percent, cycles, s->wrong ? ": " : "",
		     s->wrong ? s->wrong : "");
		used += percent;
		cost += cycles;
	}
	used /= TRACES;
	cost /= TRACES;
	diag("together  %lu %% of the heap used, %lu instructions for a call",
	     used, cost);
	ok(ended, "all traces run to their ends, undamaged");
	ok(ended && used >= 50, "at least 50 %% of the heap is used");
	ok(ended && used >= 65, "at least 65 %% of the heap is used");
	ok(ended && used >= 72, "at least 72 %% of the heap is used");
	ok(ended && cost < 2000, "a call takes less than 2000 instructions");
	ok(ended && cost < 600, "a call takes less than 600 instructions");
	ok(ended && cost < 300, "a call takes less than 300 instructions");
	return done();
}
