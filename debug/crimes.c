/*
 * The crimes that a checked kernel must not let pass (make SAN=1): the word
 * san=NAME of the kernel's command line commits one of them, on the kernel stack
 * of process 1, just before that gets its program. tests/test_sanitizers.py
 * wants to see each reported, with the line that is marked here, and nothing
 * else reported.
 *
 * This file is checked as the kernel is. Values that the compiler must not know
 * are volatile.
 */
#include "debug/san.h"
#include "kernel/assert.h"
#include "kernel/bootinfo.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/heap.h"

static volatile int zero, large = INT32_MAX, low = INT32_MIN, sink;
static volatile unsigned char two = 2;
static int numbers[4];
static char letters[20];

struct pair {
	int first, second;
};

/* The same pointer; the compiler does not know to what. */
static char *
hide(const void *p)
{
	const char *volatile hidden = p;

	return (char *)(uintptr_t)hidden;
}

static void
overflow(void)
{
	sink = large + 1; /* CRIME overflow */
}

static void
negate(void)
{
	sink = -low; /* CRIME negate */
}

static void
shift(void)
{
	sink = 1 << (zero + 40); /* CRIME shift */
}

static void
divide(void)
{
	sink = large / zero; /* CRIME divide */
}

static void
bounds(void)
{
	sink = numbers[zero + 4]; /* CRIME bounds */
}

static void
null(void)
{
	const struct pair *p = (struct pair *)(void *)hide(NULL);

	sink = p->second; /* CRIME null */
}

static void
misaligned(void)
{
	const int *p = (int *)(void *)(hide(numbers) + 1);

	sink = *p; /* CRIME misaligned */
}

static void
wrap(void)
{
	const char *p = hide(letters);

	sink = *(p + (PTRDIFF_MAX - zero)); /* CRIME wrap */
}

static void
boolean(void)
{
	const bool *p = (bool *)(void *)hide((void *)(uintptr_t)&two);

	sink = *p; /* CRIME boolean */
}

static void
unreachable(void)
{
	if (zero == 0)
		__builtin_unreachable(); /* CRIME unreachable */
	sink = 1;
}

static void
heap(void)
{
	char *p = heap_alloc(24);

	p[zero + 24] = 1; /* CRIME heap */
}

static void
heap_read(void)
{
	const char *p = heap_alloc(13);

	sink = p[zero + 15]; /* CRIME heap-read */
}

static void
heap_before(void)
{
	const int *p = heap_alloc(32);

	sink = p[zero - 1]; /* CRIME heap-before */
}

/* An object that is not alone on its page, which is thus not freed with it. */
static void *
neighbour(size_t size)
{
	return heap_alloc(size) ? heap_alloc(size) : NULL;
}

static void
uaf(void)
{
	char *p = neighbour(40);

	heap_free(p);
	p[zero + 8] = 1; /* CRIME uaf */
}

static void
double_free(void)
{
	void *p = neighbour(40);

	heap_free(hide(p));
	heap_free(p); /* CRIME double-free */
}

static void
copy(void)
{
	char *p = heap_alloc(40);

	memcpy(p, letters, sizeof(letters));
	memset(p, 0, (size_t)zero + 41); /* CRIME copy */
}

static void
frame(void)
{
	struct frame *f = frame_alloc(FRAME_BUFFER);
	uint64_t *page = frame_page(f);

	frame_put(f);
	page[zero + 3] = 1; /* CRIME frame */
}

static void
stack(void)
{
	char local[13];

	memset(hide(local), 0, sizeof(local));
	hide(local)[zero + 13] = 1; /* CRIME stack */
}

static void
scope(void)
{
	char *p;

	{
		char inner[16];

		p = hide(inner);
		*p = 0;
	}
	sink = *p; /* CRIME scope */
}

static void
global(void)
{
	sink = hide(letters)[zero + 20]; /* CRIME global */
}

static void
guard(void)
{
	const char *p = (char *)thread_current()->stack;

	sink = p[zero - 1]; /* CRIME guard */
}

static void
user(void)
{
	const char *p = (char *)0x400000ul;

	sink = p[zero]; /* CRIME user */
}

/* Without KASAN: a function whose variables have no redzones. */
static NO_KASAN void
canary(void)
{
	char local[16];

	for (int i = zero; i < 40; i++)
		hide(local)[i] = 0;
} /* CRIME canary */

static const struct crime {
	const char *name;
	void (*commit)(void);
} crimes[] = {
	{"overflow", overflow},
	{"negate", negate},
	{"shift", shift},
	{"divide", divide},
	{"bounds", bounds},
	{"null", null},
	{"misaligned", misaligned},
	{"wrap", wrap},
	{"boolean", boolean},
	{"unreachable", unreachable},
	{"heap", heap},
	{"heap-read", heap_read},
	{"heap-before", heap_before},
	{"uaf", uaf},
	{"double-free", double_free},
	{"copy", copy},
	{"frame", frame},
	{"stack", stack},
	{"scope", scope},
	{"global", global},
	{"guard", guard},
	{"user", user},
	{"canary", canary},
};

void __wrap_exec_init(const struct bootinfo *b);
void __real_exec_init(const struct bootinfo *b);

void
__wrap_exec_init(const struct bootinfo *b)
{
	char name[32];

	if (bootinfo_option(b, "san", name, sizeof(name))) {
		for (size_t i = 0; i < COUNT(crimes); i++)
			if (strcmp(crimes[i].name, name) == 0)
				crimes[i].commit();
		panic("san=%s: no such crime, or nobody noticed", name);
	}
	__real_exec_init(b);
}
