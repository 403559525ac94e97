/*
 * Taking over physical memory.
 *
 * The loader's map may have holes, overlaps and any order. All its boundaries,
 * with those of the modules, the kernel image and the frame table, cut physical
 * memory into pieces that each have one use; usable() and kind_of() say which.
 */
#include "kernel/memory.h"

#include "kernel/assert.h"
#include "kernel/bootinfo.h"
#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"

extern const char boot_start[], boot_end[]; /* physical, linker.ld */
extern const char text_start[], text_end[], rodata_start[], rodata_end[];
extern const char data_start[], data_end[];

enum {
	BOUNDARIES = 2 * (BOOT_RANGES + BOOT_MODULES + 2) + 2,
};

#define LOW_MEMORY 0x100000ul	 /* below: firmware's */
#define BOOT_REACH 0x100000000ul /* what the boot tables show */

static paddr_t boundary[BOUNDARIES];
static size_t boundaries;
static struct boot_module image, table; /* where these two lie */

static void
add_boundary(paddr_t at)
{
	size_t i = boundaries++;

	for (; i > 0 && boundary[i - 1] > at; i--)
		boundary[i] = boundary[i - 1];
	boundary[i] = at;
}

static void
collect_boundaries(const struct bootinfo *b)
{
	boundaries = 0;
	add_boundary(LOW_MEMORY);
	add_boundary(BOOT_REACH);
	add_boundary(image.start);
	add_boundary(image.end);
	add_boundary(table.start);
	add_boundary(table.end);
	for (size_t i = 0; i < b->ranges; i++) {
		add_boundary(b->range[i].start);
		add_boundary(b->range[i].end);
	}
	for (size_t i = 0; i < b->modules; i++) {
		add_boundary(b->module[i].start);
		add_boundary(b->module[i].end);
	}
}

static bool
within(paddr_t at, const struct boot_module *m)
{
	return at >= m->start && at < m->end;
}

/* RAM that firmware does not claim: some entry says so and none denies it. */
static bool
usable(const struct bootinfo *b, paddr_t at)
{
	bool ram = false;

	for (size_t i = 0; i < b->ranges; i++) {
		const struct boot_range *r = &b->range[i];

		if (at < r->start || at >= r->end)
			continue;
		if (!r->usable)
			return false;
		ram = true;
	}
	return ram && at >= LOW_MEMORY;
}

/* What the piece that begins at this address is used for. */
static enum frame_kind
kind_of(const struct bootinfo *b, paddr_t at)
{
	if (within(at, &image) || within(at, &table))
		return FRAME_KERNEL;
	for (size_t i = 0; i < b->modules; i++)
		if (within(at, &b->module[i]))
			return FRAME_MODULE;
	return usable(b, at) ? FRAME_FREE : FRAME_NONE;
}

static paddr_t
top_of_ram(const struct bootinfo *b)
{
	paddr_t top = 0;

	for (size_t i = 0; i < b->ranges; i++)
		if (b->range[i].usable)
			top = max_u64(top, b->range[i].end);
	for (size_t i = 0; i < b->modules; i++)
		top = max_u64(top, b->module[i].end);
	return min_u64(top, DIRECT_SIZE);
}

/* The lowest free run of len bytes that the boot tables show; 0: none. */
static paddr_t
find_room(const struct bootinfo *b, uint64_t len)
{
	paddr_t start = 0, end = 0;

	for (size_t i = 0; i + 1 < boundaries; i++) {
		if (kind_of(b, boundary[i]) != FRAME_FREE)
			continue;
		if (boundary[i] != end)
			start = page_up(boundary[i]);
		end = boundary[i + 1];
		if (start < end && end - start >= len &&
		    start + len <= BOOT_REACH)
			return start;
	}
	return 0;
}

/* Finds a place for the table of frames: 16 bytes for each page of RAM. Where
 * the memory in reach is too small for the table of it all, the top is left out.
 */
static paddr_t
place_table(const struct bootinfo *b, paddr_t top)
{
	table = (struct boot_module){0, 0};
	collect_boundaries(b);
	while (table.start == 0) {
		uint64_t len = page_up(top / PAGE_SIZE * sizeof(struct frame));

		if (top <= LOW_MEMORY)
			panic("place_table: no room for the frame table");
		table.start = find_room(b, len);
		table.end = table.start + len;
		if (table.start == 0) {
			top /= 2;
			print("memory: too little below 4 GiB, using the first "
			      "%lu MiB only\n",
			      top >> 20);
		}
	}
	collect_boundaries(b);
	return top;
}

static void
map_image(const char *start, const char *end, int prot)
{
	uint64_t va = (uintptr_t)start;

	pt_map_kernel_range(va, va - IMAGE_BASE, (uint64_t)(end - start), prot);
}

/* The kernel's own tables: from here on text cannot be written, data cannot be
 * executed, and nothing is mapped at low addresses. */
static void
map_kernel(paddr_t top)
{
	pt_init();
	pt_map_kernel_range(DIRECT_BASE, 0,
			    (top + PT_SPAN(2) - 1) & ~(PT_SPAN(2) - 1),
			    PROT_READ | PROT_WRITE);
	map_image(text_start, text_end, PROT_READ | PROT_EXEC);
	map_image(rodata_start, rodata_end, PROT_READ);
	map_image(data_start, data_end, PROT_READ | PROT_WRITE);
	pt_activate(pt_kernel_root());
}

/* The boot code and its tables have done their work. */
static void
free_boot_pages(void)
{
	for (uintptr_t at = (uintptr_t)boot_start; at < (uintptr_t)boot_end;
	     at += PAGE_SIZE)
		frame_put(frame_at(at));
}

/* Gives the pieces that begin in [start, end) their use; downward, so that low
 * frames are handed out first. */
static void
add_frames(const struct bootinfo *b, paddr_t start, paddr_t end)
{
	for (size_t i = boundaries - 1; i-- > 0;) {
		enum frame_kind kind = kind_of(b, boundary[i]);

		if (boundary[i] >= start && boundary[i] < end &&
		    kind != FRAME_NONE)
			frame_add(boundary[i], boundary[i + 1], kind);
	}
}

/* Debug builds write to a frame that becomes free: memory beyond the reach of
 * the boot tables waits for the kernel's own. */
void
memory_init(const struct bootinfo *b)
{
	paddr_t top;

	image.start = (uintptr_t)boot_start;
	image.end = (uintptr_t)data_end - IMAGE_BASE;
	top = place_table(b, top_of_ram(b));
	frame_init((void *)DIRECT_BASE, (void *)(DIRECT_BASE + table.start),
		   top / PAGE_SIZE);
	add_frames(b, 0, BOOT_REACH);
	map_kernel(top);
	add_frames(b, BOOT_REACH, UINT64_MAX);
	frame_init_zero();
	free_boot_pages();
}
