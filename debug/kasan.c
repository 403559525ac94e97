/*
 * KASAN: before every access the kernel's C code looks whether the memory is
 * somebody's. The compiler puts a call of __asan_load8 and its like there; the
 * linker puts us in front of memcpy and its kin, which are assembly.
 *
 * Owns: what the shadow says (kasan.h); where it is: kasan_memory.c.
 *
 * These files, and what they call to report, must not wait for a check: debug/
 * is not instrumented, and a report switches the checks off.
 */
#include "debug/kasan.h"

#include "debug/san.h"
#include "kernel/assert.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

uintptr_t kasan_end;

static bool reporting; /* nothing is checked any more */
static const struct kasan_global *globals[256]; /* one array for each file */
static size_t globals_count[COUNT(globals)], files;

/* ---- Changing the shadow -------------------------------------------------- */

/* Not memset: the shadow has no shadow. Whole words where that is possible. */
static void
fill(uint8_t *to, uint8_t tag, size_t n)
{
	for (; n > 0 && (uintptr_t)to % 8 != 0; n--)
		*(volatile uint8_t *)to++ = tag;
	for (; n >= 8; n -= 8, to += 8)
		*(volatile uint64_t *)(void *)to = tag * 0x0101010101010101ul;
	for (; n > 0; n--)
		*(volatile uint8_t *)to++ = tag;
}

void
kasan_unpoison(uintptr_t at, size_t size)
{
	uint8_t *shadow = kasan_shadow(at);

	fill(shadow, 0, size / 8);
	if (size % 8)
		shadow[size / 8] = size % 8;
}

void
kasan_poison(uintptr_t at, size_t size, enum kasan_tag tag)
{
	fill(kasan_shadow(at), (uint8_t)tag, size / 8);
}

/* Makes the first bytes of [at, at + size) somebody's, the rest nobody's. */
static void
divide(uintptr_t at, size_t bytes, size_t size, enum kasan_tag tag)
{
	size_t whole = (bytes + 7) & ~7ul;

	kasan_unpoison(at, bytes);
	kasan_poison(at + whole, size - whole, tag);
}

/* ---- Looking -------------------------------------------------------------- */

/* The first byte of [start, start + len) that is nobody's; 0: all is well. */
static uintptr_t
first_bad(uintptr_t start, size_t len)
{
	uintptr_t last = start + len - 1;

	if (last < start || !kasan_covers(start) || !kasan_covers(last))
		return start;
	for (uintptr_t at = start & ~7ul; at <= last; at += 8) {
		int8_t shadow = *(int8_t *)kasan_shadow(at);
		uintptr_t end = at + (shadow > 0 ? (uintptr_t)shadow : 0);

		if (shadow != 0 && last >= end)
			return max_u64(end, start);
	}
	return 0;
}

static void
check(uintptr_t at, size_t len, bool write, uintptr_t by)
{
	uintptr_t bad = 0;

	if (kasan_end && len && !reporting)
		bad = first_bad(at, len);
	if (!bad)
		return;
	reporting = true;
	kasan_report(at, len, write, bad, by);
}

/* ---- What the allocators say: san.h ---------------------------------------- */

void
san_frame(const void *page, bool free)
{
	if (kasan_end)
		kasan_poison((uintptr_t)page, PAGE_SIZE,
			     free ? KASAN_FRAME : 0);
}

void
san_object(const void *at, size_t bytes, size_t size)
{
	if (kasan_end)
		divide((uintptr_t)at, bytes, size, KASAN_HEAP);
}

/* Its first byte must be in use: no second end. */
void
san_freeing(const void *at, size_t size)
{
	check((uintptr_t)at, 1, true, CALLER);
	san_object(at, size, size);
}

void
san_freed(const void *at, size_t size)
{
	if (kasan_end)
		kasan_poison((uintptr_t)at, size, KASAN_FREED);
}

/* ---- What the compiler calls ---------------------------------------------- */

/* The usual case, quickly: within eight bytes all of which are somebody's. */
static inline bool
surely_fine(uintptr_t at, size_t len)
{
	return at % 8 + len <= 8 && kasan_covers(at) && *kasan_shadow(at) == 0;
}

#define ACCESS(name, len, write)                       \
	void __asan_##name##_noabort(uintptr_t at);    \
	void __asan_##name##_noabort(uintptr_t at)     \
	{                                              \
		if (!surely_fine(at, len))             \
			check(at, len, write, CALLER); \
	}

ACCESS(load1, 1, false)
ACCESS(load2, 2, false)
ACCESS(load4, 4, false)
ACCESS(load8, 8, false)
ACCESS(load16, 16, false)
ACCESS(store1, 1, true)
ACCESS(store2, 2, true)
ACCESS(store4, 4, true)
ACCESS(store8, 8, true)
ACCESS(store16, 16, true)

void __asan_loadN_noabort(uintptr_t at, size_t len);
void __asan_storeN_noabort(uintptr_t at, size_t len);

void
__asan_loadN_noabort(uintptr_t at, size_t len)
{
	check(at, len, false, CALLER);
}

void
__asan_storeN_noabort(uintptr_t at, size_t len)
{
	check(at, len, true, CALLER);
}

void *__real_memcpy(void *restrict to, const void *restrict from, size_t n);
void *__wrap_memcpy(void *restrict to, const void *restrict from, size_t n);
void *__real_memmove(void *to, const void *from, size_t n);
void *__wrap_memmove(void *to, const void *from, size_t n);
void *__real_memset(void *to, int byte, size_t n);
void *__wrap_memset(void *to, int byte, size_t n);
int __real_memcmp(const void *a, const void *b, size_t n);
int __wrap_memcmp(const void *a, const void *b, size_t n);
size_t __real_strnlen(const char *s, size_t max);
size_t __wrap_strnlen(const char *s, size_t max);

void *
__wrap_memcpy(void *restrict to, const void *restrict from, size_t n)
{
	check((uintptr_t)from, n, false, CALLER);
	check((uintptr_t)to, n, true, CALLER);
	return __real_memcpy(to, from, n);
}

void *
__wrap_memmove(void *to, const void *from, size_t n)
{
	check((uintptr_t)from, n, false, CALLER);
	check((uintptr_t)to, n, true, CALLER);
	return __real_memmove(to, from, n);
}

void *
__wrap_memset(void *to, int byte, size_t n)
{
	check((uintptr_t)to, n, true, CALLER);
	return __real_memset(to, byte, n);
}

int
__wrap_memcmp(const void *a, const void *b, size_t n)
{
	check((uintptr_t)a, n, false, CALLER);
	check((uintptr_t)b, n, false, CALLER);
	return __real_memcmp(a, b, n);
}

size_t
__wrap_strnlen(const char *s, size_t max)
{
	size_t len = __real_strnlen(s, max);

	check((uintptr_t)s, min_u64(len + 1, max), false, CALLER);
	return len;
}

/* ---- Variables ------------------------------------------------------------ */

void __asan_handle_no_return(void);
void __asan_poison_stack_memory(uintptr_t at, size_t size);
void __asan_unpoison_stack_memory(uintptr_t at, size_t size);
void __asan_register_globals(const struct kasan_global *g, size_t n);
void __asan_unregister_globals(const struct kasan_global *g, size_t n);

/* A stack that is left for good is used by nobody again: it is freed. */
void
__asan_handle_no_return(void)
{
}

/* A large variable's block is left, or entered. */
void
__asan_poison_stack_memory(uintptr_t at, size_t size)
{
	kasan_poison(at, size + 7, KASAN_SCOPE);
}

void
__asan_unpoison_stack_memory(uintptr_t at, size_t size)
{
	kasan_unpoison(at, size);
}

/* One file's global variables: called by what the compiler puts into
 * .init_array. */
void
__asan_register_globals(const struct kasan_global *g, size_t n)
{
	if (files == COUNT(globals))
		panic("kasan: too many files have variables");
	globals[files] = g;
	globals_count[files++] = n;
	for (size_t i = 0; i < n; i++)
		divide(g[i].start, g[i].size, g[i].size_with_redzone,
		       KASAN_GLOBAL);
}

/* For .fini_array, which nobody runs. */
void
__asan_unregister_globals(const struct kasan_global *g, size_t n)
{
	(void)g;
	(void)n;
}

const struct kasan_global *
kasan_global_at(uintptr_t at)
{
	for (size_t i = 0; i < files; i++)
		for (size_t j = 0; j < globals_count[i]; j++)
			if (at - globals[i][j].start <
			    globals[i][j].size_with_redzone)
				return &globals[i][j];
	return NULL;
}
