/*
 * Where the shadow is: in the kernel half of all page tables.
 *
 *	shadow of the direct map	an eighth of the memory, from its start
 *	shadow of the kernel image	a few frames
 *	shadow of the kernel stacks	one frame for each: see below
 *
 * Until there are page tables of our own all shadow is one page, which functions
 * may scribble their variables' shadow on and nobody reads: what the boot loader
 * left is read unchecked, by parsers that have host tests. So is the local APIC
 * programmed, which is no memory.
 *
 * All else is checked. Entries of users' page tables and copies from and to user
 * memory go through the direct map: the frame is somebody's, or it is a bug.
 *
 * What is to be known is learned from calls between files: the linker makes them
 * come here first (ld --wrap, SAN_WRAP in the Makefile).
 */
#include "debug/kasan.h"
#include "debug/stack_guard.h"
#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/kstack.h"
#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"

enum {
	ENTRIES = 512,
	ENTRY_BITS = 3, /* present, writable */
	SLOT_SIZE = 2 * KSTACK_SIZE,
};

#define BOOT_REACH 0x100000000ul /* what the boot tables show */

_Static_assert(SLOT_SIZE / 8 == PAGE_SIZE, "a stack has a page of shadow");

extern void (*const init_array_start[])(void);
extern void (*const init_array_end[])(void);

/* The shadow of everything at boot: tables all of whose entries are alike. */
static uint64_t early_table[PT_LEVELS - 1][ENTRIES] ALIGNED(4096);
static uint8_t early_page[PAGE_SIZE] ALIGNED(4096);

/* ---- At boot -------------------------------------------------------------- */

static size_t
root_index(const void *at)
{
	return (uintptr_t)at / PT_SPAN(PT_LEVELS) % ENTRIES;
}

/* .bss lies as far above its physical address as all of the image. */
static uint64_t
entry_for(const void *page)
{
	return ((uintptr_t)page - IMAGE_BASE) | ENTRY_BITS;
}

static void
make_early_shadow(void)
{
	uint64_t *root = (uint64_t *)(DIRECT_BASE + cpu_root());
	const void *below = early_page;

	for (size_t level = 0; level < COUNT(early_table); level++) {
		for (size_t i = 0; i < ENTRIES; i++)
			early_table[level][i] = entry_for(below);
		below = early_table[level];
	}
	root[root_index(kasan_shadow(DIRECT_BASE))] = entry_for(below);
	root[root_index(kasan_shadow(IMAGE_BASE))] = entry_for(below);
}

void __wrap_kernel_main(uint32_t magic, paddr_t information);
void __real_kernel_main(uint32_t magic, paddr_t information);

/* Before the first function that is instrumented. */
void
__wrap_kernel_main(uint32_t magic, paddr_t information)
{
	make_early_shadow();
	stack_guard_init();
	__real_kernel_main(magic, information);
}

/* ---- With tables of our own ----------------------------------------------- */

/* => how many pages; all zero: nothing is poisoned */
static size_t
map_shadow(uintptr_t start, uintptr_t end)
{
	uintptr_t at = page_down((uintptr_t)kasan_shadow(start));
	size_t pages = 0;

	for (; at < (uintptr_t)kasan_shadow(end); at += PAGE_SIZE, pages++) {
		struct frame *f = frame_alloc_zeroed(FRAME_KERNEL);

		if (!f)
			panic("kasan: no room for the shadow, an eighth of the "
			      "memory: start with more, or without SAN=1");
		pt_map_kernel_range(at, frame_addr(f), PAGE_SIZE,
				    PROT_READ | PROT_WRITE);
	}
	return pages;
}

/* The root entry for the stacks' shadow: before any copy of the root is made. */
static void
make_root_entry(void)
{
	struct frame *f = frame_alloc(FRAME_KERNEL);

	if (!f || pt_map_kernel((uintptr_t)kasan_shadow(STACKS_BASE), f) < 0)
		panic("kasan: no memory");
	frame_put(pt_unmap_kernel((uintptr_t)kasan_shadow(STACKS_BASE)));
}

static size_t
memory_size(void)
{
	size_t frames = 0;

	for (struct frame *f = frame_next(NULL); f; f = frame_next(f))
		frames++;
	return frames * PAGE_SIZE;
}

static void
start_checks(size_t size)
{
	for (paddr_t at = 0; at < size; at += PAGE_SIZE) {
		const struct frame *f = frame_at(at);

		if (!f || f->kind == FRAME_FREE)
			kasan_poison(DIRECT_BASE + at, PAGE_SIZE, KASAN_FRAME);
	}
	kasan_end = DIRECT_BASE + size;
	for (size_t i = 0; &init_array_start[i] < init_array_end; i++)
		init_array_start[i]();
}

void __wrap_pt_activate(struct frame *root);
void __real_pt_activate(struct frame *root);

/* The first one is the kernel's own, complete but for the shadow. */
void
__wrap_pt_activate(struct frame *root)
{
	static bool begun;
	size_t size, pages;

	if (begun) {
		__real_pt_activate(root);
		return;
	}
	begun = true;
	size = memory_size();
	if (size / 8 > BOOT_REACH / 2)
		panic("kasan: the shadow of %lu GiB does not fit below 4 GiB: "
		      "start with less memory, or without SAN=1",
		      size >> 30);
	pages = map_shadow(DIRECT_BASE, DIRECT_BASE + size);
	pages += map_shadow((uintptr_t)text_start, (uintptr_t)data_end);
	make_root_entry();
	__real_pt_activate(root);
	start_checks(size);
	print("kasan: %zu KiB of shadow for %zu MiB of memory\n",
	      pages * PAGE_SIZE >> 10, size >> 20);
}

/* ---- While running -------------------------------------------------------- */

uint64_t __wrap_kstack_alloc(void);
uint64_t __real_kstack_alloc(void);
void __wrap_kstack_free(uint64_t stack);
void __real_kstack_free(uint64_t stack);

/* A stack and its guard lie in 32 KiB of their own, with a page of shadow that
 * comes and goes with them. */
static uintptr_t
shadow_of_stack(uint64_t stack)
{
	return page_down((uintptr_t)kasan_shadow(stack));
}

uint64_t
__wrap_kstack_alloc(void)
{
	uint64_t stack = __real_kstack_alloc();
	struct frame *f = stack ? frame_alloc(FRAME_KERNEL) : NULL;

	if (f && pt_map_kernel(shadow_of_stack(stack), f) < 0) {
		frame_put(f);
		f = NULL;
	}
	if (f) {
		kasan_poison(stack & ~(SLOT_SIZE - 1ul), SLOT_SIZE,
			     KASAN_GUARD);
		kasan_unpoison(stack, KSTACK_SIZE);
		return stack;
	}
	if (stack)
		__real_kstack_free(stack);
	return 0;
}

void
__wrap_kstack_free(uint64_t stack)
{
	frame_put(pt_unmap_kernel(shadow_of_stack(stack)));
	__real_kstack_free(stack);
}

struct cpio;
void __wrap_cpio_init(struct cpio *c, const void *archive, size_t size);
void __real_cpio_init(struct cpio *c, const void *archive, size_t size);

/* An archive may begin or end within a page: that is nobody's frame, but the
 * bytes up to the end are there to be read. */
void
__wrap_cpio_init(struct cpio *c, const void *archive, size_t size)
{
	uintptr_t start = (uintptr_t)archive & ~7ul;

	kasan_unpoison(start, (uintptr_t)archive + size - start);
	__real_cpio_init(c, archive, size);
}
