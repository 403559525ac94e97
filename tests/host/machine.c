/*
 * The machine without its MMU: memory, allocations that fail, printing.
 *
 * Owns: the arena that is physical memory. The executables are linked with
 * -Wl,--wrap for frame_alloc, frame_alloc_zeroed, frame_put and
 * frame_put_zeroed: calls from other files come here first.
 */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "kernel/assert.h"
#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mmu.h"

struct frame *__real_frame_alloc(enum frame_kind kind);
struct frame *__real_frame_alloc_zeroed(enum frame_kind kind);
void __real_frame_put(struct frame *f);
void __real_frame_put_zeroed(struct frame *f);
struct frame *__wrap_frame_alloc(enum frame_kind kind);
struct frame *__wrap_frame_alloc_zeroed(enum frame_kind kind);
void __wrap_frame_put(struct frame *f);
void __wrap_frame_put_zeroed(struct frame *f);

bool events_on;

static char *arena;
static struct frame table[MACHINE_FRAMES];
static char said[256], told[256];
static bool quiet;
static unsigned fail_at; /* number of the allocation to fail; 0: none */
static bool fail_on;	 /* and whether those after it fail too */
static unsigned asked;	 /* for allocations so far */
static bool failed;

void
machine_boot(void)
{
	const paddr_t start = MODULE_FRAME * PAGE_SIZE;
	const paddr_t end = start + MODULE_FRAMES * PAGE_SIZE;

	if (arena)
		return;
	arena = aligned_alloc(PAGE_SIZE, MACHINE_FRAMES * PAGE_SIZE);
	assert(arena);
	memset(arena, 0xa5, MACHINE_FRAMES * PAGE_SIZE);
	frame_init(arena, table, MACHINE_FRAMES);
	frame_add(start, end, FRAME_MODULE);
	frame_add(end, MACHINE_FRAMES * PAGE_SIZE, FRAME_FREE);
	frame_init_zero();
	pt_init();
	for (int cpu = MMU_CPUS; cpu-- > 0;) {
		mmu_be(cpu);
		pt_activate(pt_kernel_root());
	}
}

char *
machine_module(void)
{
	return arena + MODULE_FRAME * PAGE_SIZE;
}

void
machine_fail(unsigned n, bool sticky)
{
	fail_at = n;
	fail_on = sticky;
	asked = 0;
	failed = false;
}

bool
machine_failed(void)
{
	return failed;
}

unsigned
machine_asked(void)
{
	return asked;
}

static bool
out_of_frames(void)
{
	asked++;
	if (failed)
		return fail_on;
	failed = asked == fail_at;
	return failed;
}

struct frame *
__wrap_frame_alloc(enum frame_kind kind)
{
	return out_of_frames() ? NULL : __real_frame_alloc(kind);
}

struct frame *
__wrap_frame_alloc_zeroed(enum frame_kind kind)
{
	return out_of_frames() ? NULL : __real_frame_alloc_zeroed(kind);
}

void
__wrap_frame_put(struct frame *f)
{
	mmu_check_put(frame_addr(f), f->refs == 1);
	__real_frame_put(f);
}

/* And it holds what it is said to hold. */
void
__wrap_frame_put_zeroed(struct frame *f)
{
	const char *page = frame_page(f);

	mmu_check_put(frame_addr(f), true);
	for (size_t i = 0; i < PAGE_SIZE; i++)
		assert(page[i] == 0);
	__real_frame_put_zeroed(f);
}

void
panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	mock_assert(0, said, "panic", 0);
	abort();
}

void
vprint(const char *fmt, va_list args)
{
	vsnprintf(said, sizeof(said), fmt, args);
	if (!quiet)
		fputs(said, stderr);
}

void
print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprint(fmt, args);
	va_end(args);
}

size_t
vformat(char *buf, size_t size, const char *fmt, va_list args)
{
	return (size_t)vsnprintf(buf, size, fmt, args);
}

size_t
format(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = vformat(buf, size, fmt, args);
	va_end(args);
	return len;
}

void
event_write(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vformat(told, sizeof(told), fmt, args);
	va_end(args);
}

const char *
machine_event(void)
{
	return told;
}

const char *
machine_said(void)
{
	return said;
}

void
machine_quiet(bool be_quiet)
{
	quiet = be_quiet;
}
