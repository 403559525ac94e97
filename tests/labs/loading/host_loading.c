/*
 * exec on the host: an ELF file in the module becomes regions, a simulated MMU
 * touches them, and every frame is looked at.
 */
#include "tests/host/harness.h"

#include <string.h>

#include "fakes.h"
#include "mm/fault.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"
#include "tests/host/machine.h"

#define R  PROT_READ
#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)

/*
 *	file page	0	1	2	3	4	5	6
 *	segment		headers	text----	data------------	(other)
 *	va 0x40....	0000	1000	2000	4000	5000	6000
 *	bytes shown	400	1000	800	100	1000	300
 *						at f00
 *
 * Then .bss, to 0x409000. All bytes of the file are != 0, also those behind the
 * segments' ends.
 */
enum {
	FILE_PAGES = 7,
	HEADERS = 3,
	DATA_OFFSET = 0x3f00,
	DATA_FILE = 0x1400,
	DATA_MEMORY = 0x4100,
	DATA_END = 0x6300, /* of the file's bytes, relative to 0x400000 */
	BSS_END = 0x9000,  /* of the region */
	PIE = 3,
};

#define BASE 0x400000ul

struct file_headers {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
	struct {
		uint32_t type, flags;
		uint64_t offset, vaddr, paddr, filesz, memsz, align;
	} ph[HEADERS];
};

static const struct file_headers elf = {
	.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
	.type = 2,
	.machine = 62,
	.version = 1,
	.entry = BASE + 0x1010,
	.phoff = 64,
	.ehsize = 64,
	.phentsize = 56,
	.phnum = HEADERS,
	.ph = {{1, 4, 0, BASE, 0, 0x400, 0x400, 4096},
	       {1, 5, 0x1000, BASE + 0x1000, 0, 0x1800, 0x1800, 4096},
	       {1, 6, DATA_OFFSET, BASE + 0x4f00, 0, DATA_FILE, DATA_MEMORY,
		4096}},
};

/* No byte is zero, and no two pages look alike. */
static uint8_t
file_byte(uint64_t at)
{
	return (uint8_t)(1 + (at * 7 + at / PAGE_SIZE * 31) % 255);
}

/* The file at this place of the module; odd places are not page aligned. */
static struct store *
a_program(size_t at, bool pie)
{
	struct file_headers h = elf;
	char *source = machine_module() + at;

	for (uint64_t i = 0; i < FILE_PAGES * PAGE_SIZE; i++)
		source[i] = (char)file_byte(i);
	for (int i = 0; pie && i < HEADERS; i++)
		h.ph[i].vaddr -= BASE;
	if (pie) {
		h.type = PIE;
		h.entry -= BASE;
	}
	memcpy(source, &h, sizeof(h));
	return a_store_from(source, FILE_PAGES * PAGE_SIZE);
}

/* The space that execve builds for it. */
static struct space *
executed(struct store *st)
{
	fake_program = (struct inode){.mode = S_IFREG | 0755, .store = st};
	must((int)exec(0, 0, 0));
	return fake_become;
}

static void
expect_number(long found, long wanted, const char *what)
{
	if (found != wanted)
		fail_msg("%s: found %ld, expected %ld", what, found, wanted);
}

#define expect(found, wanted, what) \
	expect_number((long)(found), (long)(wanted), what)

/* The frame of the module that holds this page of the file. */
static struct frame *
module_frame(uint64_t page)
{
	return frame_of(machine_module() + page * PAGE_SIZE);
}

static size_t
mapped_pages(struct space *s)
{
	struct pt_page page;
	vaddr_t va = 0;
	size_t n = 0;

	for (; pt_next(s->root, va, USER_END, &page); n++)
		va = page.va + PAGE_SIZE;
	return n;
}

static void
expect_frame(struct space *s, vaddr_t va, const struct frame *f)
{
	const struct frame *found = frame_of_page(s, va);

	if (!found)
		fail_msg("%lx shows no frame", va);
	if (found != f)
		fail_msg("%lx shows frame %zu (kind %d), expected frame %zu "
			 "(kind %d)",
			 va, frame_number(found), found->kind, frame_number(f),
			 f->kind);
}

static void
expect_byte(struct space *s, vaddr_t va, uint8_t wanted, const char *what)
{
	uint8_t byte = peek(s, va);

	if (byte != wanted)
		fail_msg("%s: byte at %lx is 0x%02x, expected 0x%02x", what, va,
			 byte, wanted);
}

/* [from, to) of memory is file byte `offset` and what follows. */
static void
expect_file(struct space *s, vaddr_t from, vaddr_t to, uint64_t offset)
{
	for (vaddr_t va = from; va < to; va++)
		expect_byte(s, va, file_byte(offset + (va - from)),
			    "contents of the file");
}

static void
expect_region(struct space *s, vaddr_t start, vaddr_t end, int prot)
{
	const struct region *r = space_find(s, start);

	if (!r)
		fail_msg("no region at %lx", start);
	if (r->start != start || r->end != end || r->prot != prot)
		fail_msg("region %lx-%lx prot %d, expected %lx-%lx prot %d",
			 r->start, r->end, r->prot, start, end, prot);
	expect(r->shared, false, "shared mapping");
}

TEST(regions_are_the_segments_with_their_rights)
{
	struct space *s = executed(a_program(0, false));

	expect_region(s, BASE, BASE + 0x1000, R);
	expect_region(s, BASE + 0x1000, BASE + 0x3000, RX);
	expect_region(s, BASE + 0x4000, BASE + BSS_END, RW);
	expect(space_find(s, BASE + 0x3000) != NULL, false,
	       "a region in the hole behind .text");
	expect(space_find(s, BASE + BSS_END) != NULL, false,
	       "a region behind .bss");
	/* And the stack and its guard. */
	expect(s->regions.count, 5, "regions (segments, stack, guard)");
}

TEST(regions_of_a_relocatable_program_lie_at_its_base)
{
	struct space *s = executed(a_program(0, true));

	expect_region(s, PROGRAM_BASE, PROGRAM_BASE + 0x1000, R);
	expect_region(s, PROGRAM_BASE + 0x1000, PROGRAM_BASE + 0x3000, RX);
	expect_region(s, PROGRAM_BASE + 0x4000, PROGRAM_BASE + BSS_END, RW);
	expect(s->heap_start, PROGRAM_BASE + BSS_END, "the heap begins");
}

TEST(lazy_exec_maps_no_page_and_takes_no_page_frame)
{
	struct store *st = a_program(0, false);
	size_t pages = frame_count(FRAME_PAGE);
	struct space *s = executed(st);

	if (mapped_pages(s) != 0)
		fail_msg("exec mapped %zu pages, expected none: pages come "
			 "when touched",
			 mapped_pages(s));
	if (frame_count(FRAME_PAGE) != pages)
		fail_msg("exec took %zu frames for pages, expected none",
			 frame_count(FRAME_PAGE) - pages);
	expect_byte(s, BASE + 0x1000, file_byte(0x1000), "text");
}

TEST(lazy_one_touch_brings_one_page)
{
	struct space *s = executed(a_program(0, false));

	peek(s, BASE + 0x2004);
	expect(mapped_pages(s), 1, "pages mapped after one touch");
	expect(frame_of_page(s, BASE + 0x1000) != NULL, false,
	       "the neighbour has a frame");
	peek(s, BASE + 0x5000);
	expect(mapped_pages(s), 2, "pages mapped after two touches");
	expect(frame_of_page(s, BASE + 0x4000) != NULL, false,
	       "the neighbour has a frame");
	expect(frame_of_page(s, BASE + 0x6000) != NULL, false,
	       "the neighbour has a frame");
}

TEST(in_place_touched_pages_are_the_modules_frames)
{
	struct store *st = a_program(0, false);
	size_t pages = frame_count(FRAME_PAGE);
	struct space *s = executed(st);

	for (vaddr_t page = 0; page < 3; page++) {
		peek(s, BASE + page * PAGE_SIZE);
		expect_frame(s, BASE + page * PAGE_SIZE, module_frame(page));
		/* The module, the store's slot, this entry. */
		expect(module_frame(page)->refs, 3,
		       "references (the module, the slot, this entry)");
	}
	for (vaddr_t page = 3; page < 5; page++) {
		peek(s, BASE + (page + 1) * PAGE_SIZE);
		expect_frame(s, BASE + (page + 1) * PAGE_SIZE,
			     module_frame(page));
	}
	if (frame_count(FRAME_PAGE) != pages)
		fail_msg("reading five file pages took %zu frames, expected "
			 "none: nothing is copied",
			 frame_count(FRAME_PAGE) - pages);
	expect_file(s, BASE + 0x1000, BASE + 0x2800, 0x1000);
}

TEST(in_place_two_programs_show_one_frame_and_both_count)
{
	struct store *st = a_program(0, false);
	struct space *s = executed(st), *other = executed(st);

	peek(s, BASE + 0x1000);
	peek(other, BASE + 0x1000);
	expect_frame(other, BASE + 0x1000, module_frame(1));
	expect(module_frame(1)->refs, 4,
	       "references (the module, the slot, two entries)");
	must(space_unmap(s, BASE + 0x1000, PAGE_SIZE));
	expect(module_frame(1)->refs, 3, "references after one munmap");
}

TEST(in_place_data_becomes_private_by_the_first_write)
{
	struct store *st = a_program(0, false);
	struct space *s = executed(st), *other = executed(st);
	size_t pages;

	peek(s, BASE + 0x5000);
	pages = frame_count(FRAME_PAGE);
	poke(s, BASE + 0x5000, 0);
	expect(frame_count(FRAME_PAGE), pages + 1,
	       "frames for pages after a write");
	assert_ptr_not_equal(frame_of_page(s, BASE + 0x5000), module_frame(4));
	expect_byte(s, BASE + 0x5001, file_byte(0x4001), "beside the write");
	expect_byte(other, BASE + 0x5000, file_byte(0x4000),
		    "data of another process");
}

TEST(rights_of_text_and_data_are_kept)
{
	struct space *s = executed(a_program(0, false));

	must_all(touch(s, BASE + 0x1000, PROT_EXEC));
	expect(touch(s, BASE + 0x1000, PROT_WRITE), -EACCES, "writing text");
	expect(touch(s, BASE, PROT_WRITE), -EACCES, "writing constants");
	expect(touch(s, BASE, PROT_EXEC), -EACCES, "executing constants");
	expect(touch(s, BASE + 0x5000, PROT_EXEC), -EACCES, "executing .data");
	expect(touch(s, BASE + 0x8000, PROT_EXEC), -EACCES, "executing .bss");
}

/* Frames full of garbage, so that a page that nobody cleared shows it. */
static void
soil_free_frames(void)
{
	struct frame *held[32];
	size_t n = 0;

	while (n < COUNT(held) && (held[n] = frame_alloc(FRAME_PAGE)))
		memset(frame_page(held[n++]), 0xee, PAGE_SIZE);
	while (n > 0)
		frame_put(held[--n]);
}

TEST(tail_file_then_zeros_in_one_page)
{
	struct space *s = executed(a_program(0, false));

	soil_free_frames();
	expect_file(s, BASE + 0x4f00, BASE + DATA_END, DATA_OFFSET);
	for (vaddr_t va = BASE + DATA_END; va < BASE + 0x7000; va++)
		expect_byte(s, va, 0, "bss behind .data");
	expect(frame_of_page(s, BASE + 0x6000)->refs, 1,
	       "references to the mixed page");
	poke(s, BASE + 0x6000, 0);
	expect(machine_module()[0x5000], (char)file_byte(0x5000),
	       "the file after a write to the mixed page");
}

TEST(tail_of_a_relocatable_program_is_at_its_base)
{
	struct space *s = executed(a_program(0, true));

	expect_file(s, PROGRAM_BASE + 0x4f00, PROGRAM_BASE + DATA_END,
		    DATA_OFFSET);
	expect_byte(s, PROGRAM_BASE + DATA_END, 0, "bss");
}

TEST(tail_pages_of_bss_are_zero_and_read_from_one_frame)
{
	struct space *s = executed(a_program(0, false));
	size_t pages = frame_count(FRAME_PAGE);

	soil_free_frames();
	expect_byte(s, BASE + 0x7000, 0, "bss");
	expect_byte(s, BASE + 0x8fff, 0, "bss");
	expect_frame(s, BASE + 0x7000, frame_zero);
	expect_frame(s, BASE + 0x8000, frame_zero);
	expect(frame_count(FRAME_PAGE), pages,
	       "frames for pages after reading .bss");
	expect(frame_zero->refs, 3,
	       "references to the frame of zeros (its own, two entries)");
	poke(s, BASE + 0x7000, 1);
	expect(frame_count(FRAME_PAGE), pages + 1,
	       "frames for pages after a write to .bss");
	expect_byte(s, BASE + 0x7001, 0, "bss beside a write");
	expect_byte(s, BASE + 0x8000, 0, "the next page of bss");
}

TEST(tail_of_a_written_first_touch_is_zero_too)
{
	struct space *s = executed(a_program(0, false));

	soil_free_frames();
	poke(s, BASE + 0x8000, 1);
	expect_byte(s, BASE + 0x8001, 0, "bss beside a write");
	poke(s, BASE + 0x6fff, 1);
	expect_byte(s, BASE + 0x62ff, file_byte(0x52ff), "the end of .data");
	expect_byte(s, BASE + 0x6300, 0, "the beginning of .bss");
}

/* An archive whose contents are not page aligned: every touch needs memory. */
TEST(failing_allocations_lose_no_frame)
{
	struct space *s = executed(a_program(44, false));

	expect_file(s, BASE + 0x1000, BASE + 0x1100, 0x1000);
	expect_byte(s, BASE + 0x6000, file_byte(0x5000), "the mixed page");
	expect_byte(s, BASE + 0x6300, 0, "bss in the mixed page");
	expect_byte(s, BASE + 0x7000, 0, "bss");
	poke(s, BASE + 0x8000, 1);
}

/* All segments fit but the last one, which the stack is in the way of. */
TEST(failing_segments_are_an_error)
{
	struct store *st = a_program(0, true);
	struct file_headers h;
	long err;

	memcpy(&h, machine_module(), sizeof(h));
	h.ph[HEADERS - 1].memsz = USER_END - PROGRAM_BASE;
	memcpy(machine_module(), &h, sizeof(h));
	fake_program = (struct inode){.mode = S_IFREG | 0755, .store = st};
	err = exec(0, 0, 0);
	if (err != -EINVAL)
		fail_msg("exec() = %ld with a segment that space_map() "
			 "refuses with -EINVAL (%d)",
			 err, -EINVAL);
	expect(space_next(NULL) != NULL, false, "a space is left over");
	executed(a_program(0, true));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CLAIM(regions_are_the_segments_with_their_rights),
		CLAIM_ONCE(regions_of_a_relocatable_program_lie_at_its_base),
		CLAIM_ONCE(lazy_exec_maps_no_page_and_takes_no_page_frame),
		CLAIM_ONCE(lazy_one_touch_brings_one_page),
		CLAIM_ONCE(in_place_touched_pages_are_the_modules_frames),
		CLAIM_ONCE(in_place_two_programs_show_one_frame_and_both_count),
		CLAIM_ONCE(in_place_data_becomes_private_by_the_first_write),
		CLAIM_ONCE(rights_of_text_and_data_are_kept),
		CLAIM_ONCE(tail_file_then_zeros_in_one_page),
		CLAIM_ONCE(tail_of_a_relocatable_program_is_at_its_base),
		CLAIM_ONCE(tail_pages_of_bss_are_zero_and_read_from_one_frame),
		CLAIM_ONCE(tail_of_a_written_first_touch_is_zero_too),
		CLAIM(failing_allocations_lose_no_frame),
		CLAIM_ONCE(failing_segments_are_an_error),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
