/*
 * What the ELF parser makes of good headers, and of headers that lie.
 *
 * Every refusal begins with headers that must be accepted: a parser that
 * refuses everything has understood nothing.
 */
#include "tests/host/hostile.h"

#include <string.h>

#include "fakes.h"
#include "kernel/elf.h"
#include "mm/layout.h"
#include "mm/pt.h"

enum {
	LOAD = 1,
	INTERP = 3,
	PHDR = 6,
	GNU_STACK = 0x6474e551,
	EXEC = 2,
	DYN = 3,
	R = 4,
	W = 2,
	X = 1,
	HEADERS = 6,
	FILE_SIZE = 0x5000,
};

/* Elf64_Ehdr, and Elf64_Phdr. */
struct headers {
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

static struct headers h;
static struct elf_image image;

enum { FIRST = 2, TEXT = 3, DATA = 4 }; /* of the LOADs below */

static const struct headers good = {
	.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
	.type = EXEC,
	.machine = 62,
	.version = 1,
	.entry = 0x401010,
	.phoff = 64,
	.ehsize = 64,
	.phentsize = 56,
	.phnum = HEADERS,
	.ph = {{PHDR, R, 64, 0x400040, 0, 336, 336, 8},
	       {INTERP, R, 0x190, 0x400190, 0, 13, 13, 1},
	       {LOAD, R, 0, 0x400000, 0, 0x500, 0x500, 0x1000},
	       {LOAD, R | X, 0x1000, 0x401000, 0, 0x800, 0x800, 4096},
	       {LOAD, R | W, 0x1f00, 0x402f00, 0, 0x200, 0x3000, 4096},
	       {GNU_STACK, R | W, 0, 0, 0, 0, 0, 16}},
};

static int
parse(void)
{
	const char *why = NULL;
	int err = elf_parse(&image, &h, sizeof(h), FILE_SIZE, &why);

	if (err != 0 && err != -ENOEXEC)
		fail_msg("elf_parse returned %d, neither 0 nor -ENOEXEC", err);
	return err;
}

static void
accepted(const char *what)
{
	const char *why = NULL;

	if (elf_parse(&image, &h, sizeof(h), FILE_SIZE, &why) != 0)
		fail_msg("expected: %s is accepted; elf_parse refused it: %s",
			 what, why ? why : "(no reason)");
}

/* Headers with one lie, which the caller has put there. */
static void
refused(const char *what)
{
	if (parse() == 0)
		fail_msg("expected: %s is refused with ENOEXEC; elf_parse "
			 "accepted it",
			 what);
	h = good;
	accepted("the same program without the lie");
}

static int
setup(void **state)
{
	(void)state;
	h = good;
	accepted("a program as ld makes it");
	return 0;
}

static void
check_segment(size_t i, uint64_t vaddr, uint64_t offset, uint64_t filesz,
	      uint64_t memsz, int prot)
{
	const struct elf_segment *seg = &image.segment[i];

	assert_int_equal(seg->vaddr, vaddr);
	assert_int_equal(seg->offset, offset);
	assert_int_equal(seg->filesz, filesz);
	assert_int_equal(seg->memsz, memsz);
	assert_int_equal(seg->prot, prot);
}

static void
accepted_segments_are_what_the_headers_say(void **state)
{
	(void)state;
	assert_int_equal(image.segments, 3);
	check_segment(0, 0x400000, 0, 0x500, 0x500, PROT_READ);
	check_segment(1, 0x401000, 0x1000, 0x800, 0x800, PROT_READ | PROT_EXEC);
	check_segment(2, 0x402f00, 0x1f00, 0x200, 0x3000,
		      PROT_READ | PROT_WRITE);
	assert_int_equal(image.low, 0x400000);
	assert_int_equal(image.high, 0x406000);
	assert_int_equal(image.phdr, 0x400040);
}

static void
accepted_shared_objects_may_begin_at_zero(void **state)
{
	(void)state;
	for (int i = FIRST; i <= DATA; i++)
		h.ph[i].vaddr -= 0x400000;
	h.entry -= 0x400000;
	h.type = DYN;
	accepted("a shared object that begins at address 0");
	assert_true(image.relocatable);
	assert_int_equal(image.low, 0);
	h.type = EXEC;
	refused("an executable that wants the null page");
}

static void
accepted_segments_may_touch_the_limits(void **state)
{
	(void)state;
	h.ph[DATA].offset = FILE_SIZE - 0x100;
	h.ph[DATA].filesz = 0x100;
	accepted("a segment that ends with the file");
	h.ph[DATA].memsz = STACK_START - STACK_GUARD - h.ph[DATA].vaddr;
	accepted("a segment that ends where the stack's guard begins");
	h.ph[DATA].memsz++;
	refused("a segment one byte longer than that");
}

static void
accepted_empty_segments_are_passed_over(void **state)
{
	(void)state;
	h.ph[FIRST].filesz = h.ph[FIRST].memsz = 0;
	h.ph[FIRST].vaddr = UINT64_MAX;
	accepted("a segment without a byte, at a strange address");
	assert_int_equal(image.segments, 2);
}

static void
accepted_bss_alone_may_name_any_offset(void **state)
{
	(void)state;
	h.ph[DATA].filesz = 0;
	h.ph[DATA].offset = 0x123456789;
	accepted("a segment of bss alone, whose offset means nothing");
	assert_int_equal(image.segment[2].filesz, 0);
	assert_int_equal(image.segment[2].offset % PAGE_SIZE, 0xf00);
}

static void
refused_sizes(void **state)
{
	(void)state;
	h.ph[DATA].memsz = h.ph[DATA].filesz - 1;
	refused("a segment larger in the file than in memory");
	h.ph[DATA].memsz = UINT64_MAX;
	refused("a segment of 2^64 - 1 bytes");
	h.ph[DATA].memsz = UINT64_MAX - h.ph[DATA].vaddr + 0x1000;
	refused("a segment whose end wraps round to a small address");
}

static void
refused_beyond_the_file(void **state)
{
	(void)state;
	h.ph[DATA].offset = FILE_SIZE - 0x100;
	refused("a segment of 0x200 bytes, 0x100 before the end of the file");
	h.ph[DATA].offset = FILE_SIZE + 0xf00;
	refused("a segment beyond the end of the file");
	h.ph[DATA].offset = UINT64_MAX - 0xff;
	refused("a segment whose end in the file wraps round to 0x100");
	h.ph[DATA].filesz = UINT64_MAX - 0x1000;
	h.ph[DATA].memsz = UINT64_MAX;
	refused("a segment of nearly 2^64 bytes in the file");
}

static void
refused_places(void **state)
{
	(void)state;
	h.ph[DATA].vaddr = 0xffffffff80000f00;
	refused("a segment in the kernel's half");
	h.ph[DATA].vaddr = STACK_START + 0xf00;
	refused("a segment in the stack");
	h.ph[DATA].vaddr = STACK_START - STACK_GUARD - 0x1000 + 0xf00;
	refused("a segment that runs into the stack's guard");
	h.ph[FIRST].vaddr = 0;
	refused("a segment at the null page");
	h.ph[DATA].vaddr = 0x401f00;
	refused("two segments in one page");
	h.ph[DATA].vaddr = 0x3fff00;
	refused("segments that do not ascend");
}

static void
refused_page_boundaries(void **state)
{
	(void)state;
	h.ph[DATA].vaddr += 8;
	refused("a segment whose place in its page differs in the file");
	h.ph[TEXT].offset += 0x800;
	refused("a text half a page off its place in the file");
	h.ph[DATA].align = 3000;
	refused("an alignment that is no power of two");
}

/* What exec relies on. */
static void
check_image(void)
{
	uint64_t end = image.low;

	assert_in_range(image.segments, 1, ELF_SEGMENTS);
	assert_true(image.high <= USER_END);
	for (size_t i = 0; i < image.segments; i++) {
		const struct elf_segment *seg = &image.segment[i];

		assert_true(seg->memsz > 0 && seg->filesz <= seg->memsz);
		assert_true(seg->filesz == 0 ||
			    (seg->offset < FILE_SIZE &&
			     seg->filesz <= FILE_SIZE - seg->offset));
		assert_true(page_down(seg->vaddr) >= end);
		end = page_up(seg->vaddr + seg->memsz);
		assert_true(end > seg->vaddr && end <= image.high);
		assert_true((seg->offset - seg->vaddr) % PAGE_SIZE == 0);
	}
}

static void
attempt(const char *bytes, size_t size)
{
	const char *why = NULL;
	int err = elf_parse(&image, bytes, size, FILE_SIZE, &why);

	if (err == 0)
		check_image();
	else
		assert_true(err == -ENOEXEC && why);
}

static void
refused_or_harmless_with_any_bit_wrong(void **state)
{
	(void)state;
	hostile_all((char *)&h, sizeof(h), attempt);
	h.type = DYN;
	hostile_all((char *)&h, sizeof(h), attempt);
}

#define CASE(name) cmocka_unit_test_setup(name, setup)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(accepted_segments_are_what_the_headers_say),
		CASE(accepted_shared_objects_may_begin_at_zero),
		CASE(accepted_segments_may_touch_the_limits),
		CASE(accepted_empty_segments_are_passed_over),
		CASE(accepted_bss_alone_may_name_any_offset),
		CASE(refused_sizes),
		CASE(refused_beyond_the_file),
		CASE(refused_places),
		CASE(refused_page_boundaries),
		CASE(refused_or_harmless_with_any_bit_wrong),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
