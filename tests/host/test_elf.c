/*
 * The ELF parser: what it makes of good headers, and of all others.
 */
#include "hostile.h"

#include <string.h>

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

/* Elf64_Ehdr and Elf64_Phdr, once more. */
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

/* A program as ld makes it: text, rodata, data with bss, interpreter, stack. */
static int
setup(void **state)
{
	(void)state;
	h = (struct headers){
		.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
		.type = EXEC,
		.machine = 62,
		.version = 1,
		.entry = 0x401010,
		.phoff = 64,
		.ehsize = 64,
		.phentsize = 56,
		.phnum = HEADERS,
		.ph =
			{
				{PHDR, R, 64, 0x400040, 0, 336, 336, 8},
				{INTERP, R, 0x190, 0x400190, 0, 13, 13, 1},
				{LOAD, R, 0, 0x400000, 0, 0x500, 0x500, 0x1000},
				{LOAD, R | X, 0x1000, 0x401000, 0, 0x800, 0x800,
				 4096},
				{LOAD, R | W, 0x1f00, 0x402f00, 0, 0x200,
				 0x3000, 4096},
				{GNU_STACK, R | W, 0, 0, 0, 0, 0, 16},
			},
	};
	return 0;
}

static int
parse(void)
{
	const char *why;
	int err = elf_parse(&image, &h, sizeof(h), FILE_SIZE, &why);

	assert_int_equal(err, why ? -ENOEXEC : 0);
	return err;
}

static void
refused(const char *reason)
{
	const char *why = NULL;

	assert_int_equal(elf_parse(&image, &h, sizeof(h), FILE_SIZE, &why),
			 -ENOEXEC);
	assert_string_equal(why, reason);
}

static void
a_program_is_understood(void **state)
{
	(void)state;
	assert_int_equal(parse(), 0);
	assert_false(image.relocatable);
	assert_false(image.exec_stack);
	assert_int_equal(image.entry, 0x401010);
	assert_int_equal(image.low, 0x400000);
	assert_int_equal(image.high, 0x406000);
	assert_int_equal(image.phdr, 0x400040);
	assert_int_equal(image.phnum, HEADERS);
	assert_int_equal(image.interp_offset, 0x190);
	assert_int_equal(image.interp_size, 13);
	assert_int_equal(image.segments, 3);
	assert_int_equal(image.segment[2].vaddr, 0x402f00);
	assert_int_equal(image.segment[2].memsz, 0x3000);
	assert_int_equal(image.segment[1].prot, PROT_READ | PROT_EXEC);
	assert_int_equal(image.segment[2].prot, PROT_READ | PROT_WRITE);
}

static void
a_shared_object_may_begin_at_zero_and_an_executable_may_not(void **state)
{
	(void)state;
	for (int i = 2; i < 5; i++)
		h.ph[i].vaddr -= 0x400000;
	h.entry -= 0x400000;
	refused("a segment outside the memory of programs");
	h.type = DYN;
	assert_int_equal(parse(), 0);
	assert_true(image.relocatable);
	assert_int_equal(image.low, 0);
	assert_int_equal(image.phdr, 0x40);
}

static void
the_stack_is_executable_if_asked_for_or_if_nothing_is_said(void **state)
{
	(void)state;
	h.ph[5].flags |= X;
	assert_int_equal(parse(), 0);
	assert_true(image.exec_stack);
	h.ph[5].type = 0;
	assert_int_equal(parse(), 0);
	assert_true(image.exec_stack);
}

static void
two_segments_may_show_one_page_of_the_file_but_not_of_memory(void **state)
{
	(void)state;
	assert_int_equal(parse(), 0); /* file page 1: text and data */
	h.ph[4].vaddr = 0x401f00;
	refused("segments out of order, or two in one page");
	h.ph[4].vaddr = 0x3fff00;
	refused("segments out of order, or two in one page");
}

static void
writable_and_executable_is_accepted_as_asked(void **state)
{
	(void)state;
	h.ph[3].flags = R | W | X;
	assert_int_equal(parse(), 0);
	assert_int_equal(image.segment[1].prot, 7);
}

static void
an_empty_segment_is_ignored(void **state)
{
	(void)state;
	h.ph[2].filesz = h.ph[2].memsz = 0;
	h.ph[2].vaddr = UINT64_MAX;
	assert_int_equal(parse(), 0);
	assert_int_equal(image.segments, 2);
	assert_int_equal(image.phdr, 0); /* nothing shows the headers now */
}

static void
a_segment_of_bss_alone_may_name_any_offset(void **state)
{
	(void)state;
	h.ph[4].filesz = 0;
	h.ph[4].offset = 0x123456789;
	assert_int_equal(parse(), 0);
	assert_int_equal(image.segment[2].filesz, 0);
	assert_int_equal(image.segment[2].offset, 0xf00);
}

static void
headers_that_are_not_for_us_are_refused_by_name(void **state)
{
	(void)state;
	h.ident[0] = 0;
	refused("not an ELF file");
	setup(state);
	h.ident[4] = 1;
	refused("not for x86-64");
	setup(state);
	h.machine = 183;
	refused("not for x86-64");
	setup(state);
	h.type = 1;
	refused("neither an executable nor a shared object");
	setup(state);
	h.phentsize = 32;
	refused("program headers of a strange size");
	setup(state);
	h.phnum = 0;
	refused("no program headers, or too many");
	h.phnum = ELF_HEADERS + 1;
	refused("no program headers, or too many");
	setup(state);
	h.phoff = UINT64_MAX - 8;
	refused("program headers beyond the first bytes of the file");
	h.phoff = 65;
	refused("program headers beyond the first bytes of the file");
}

static void
segments_that_lie_are_refused_by_name(void **state)
{
	(void)state;
	h.ph[4].offset = FILE_SIZE - 0x100;
	refused("a segment beyond the end of the file");
	h.ph[4].offset = UINT64_MAX - 0xff;
	refused("a segment beyond the end of the file");
	setup(state);
	h.ph[4].memsz = 0x1ff;
	refused("a segment larger in the file than in memory");
	setup(state);
	h.ph[4].memsz = UINT64_MAX;
	refused("a segment outside the memory of programs");
	setup(state);
	h.ph[4].vaddr = 0xffffffff80000f00;
	refused("a segment outside the memory of programs");
	setup(state);
	h.ph[4].vaddr = STACK_START + 0xf00;
	refused("a segment outside the memory of programs");
	setup(state);
	h.ph[4].vaddr += 8;
	refused("a segment at odds with page boundaries");
	setup(state);
	h.ph[4].align = 3000;
	refused("a segment at odds with page boundaries");
}

/* One more than fits, each in a page of its own. */
static void
more_segments_than_a_program_needs_are_refused(void **state)
{
	static struct {
		struct headers h;
		char more[(ELF_SEGMENTS + 1 - HEADERS) * 56];
	} file;
	const char *why;
	char *ph = (char *)file.h.ph;

	(void)state;
	file.h = h;
	file.h.phnum = ELF_SEGMENTS + 1;
	for (uint64_t i = 0; i <= ELF_SEGMENTS; i++) {
		h.ph[3].vaddr = 0x401000 + i * PAGE_SIZE;
		memcpy(ph + i * sizeof(h.ph[3]), &h.ph[3], sizeof(h.ph[3]));
	}
	assert_int_equal(
		elf_parse(&image, &file, sizeof(file), FILE_SIZE, &why),
		-ENOEXEC);
	assert_string_equal(why, "too many segments");
	file.h.phnum--;
	assert_int_equal(
		elf_parse(&image, &file, sizeof(file), FILE_SIZE, &why), 0);
	assert_int_equal(image.segments, ELF_SEGMENTS);
}

static void
the_entry_must_be_executable(void **state)
{
	(void)state;
	h.entry = 0x401800;
	refused("the entry is in no executable segment");
	h.entry = 0x400010;
	refused("the entry is in no executable segment");
	h.entry = 0x4017ff;
	assert_int_equal(parse(), 0);
}

static void
the_interpreter_has_a_name_within_the_file(void **state)
{
	(void)state;
	h.ph[1].filesz = 1;
	refused("the interpreter's name has a bad size or place");
	h.ph[1].filesz = 4097;
	refused("the interpreter's name has a bad size or place");
	h.ph[1].filesz = 4096;
	assert_int_equal(parse(), 0);
	h.ph[1].offset = FILE_SIZE - 4095;
	refused("the interpreter's name has a bad size or place");
	h.ph[1].offset = UINT64_MAX;
	refused("the interpreter's name has a bad size or place");
	setup(state);
	h.ph[0] = h.ph[1];
	refused("two interpreters");
}

static bool
segment_in_bounds(const struct elf_segment *seg, uint64_t file_size)
{
	return seg->memsz > 0 && seg->filesz <= seg->memsz &&
	       (seg->filesz == 0 || (seg->offset < file_size &&
				     seg->filesz <= file_size - seg->offset)) &&
	       seg->vaddr >= image.low &&
	       seg->vaddr + seg->memsz <= image.high &&
	       seg->offset % PAGE_SIZE == seg->vaddr % PAGE_SIZE;
}

/* What exec relies on. */
static void
check_image(uint64_t file_size)
{
	uint64_t end = image.low;

	assert_in_range(image.segments, 1, ELF_SEGMENTS);
	assert_in_range(image.phnum, 1, ELF_HEADERS);
	assert_true(image.low % PAGE_SIZE == 0 && image.high % PAGE_SIZE == 0);
	assert_true(image.high <= USER_END);
	for (size_t i = 0; i < image.segments; i++) {
		const struct elf_segment *seg = &image.segment[i];

		assert_true(segment_in_bounds(seg, file_size));
		assert_true(page_down(seg->vaddr) >= end);
		end = page_up(seg->vaddr + seg->memsz);
	}
	assert_true(image.entry >= image.low && image.entry < image.high);
	assert_true(image.interp_size == 0 ||
		    (image.interp_size <= 4096 &&
		     image.interp_offset <= file_size &&
		     image.interp_size <= file_size - image.interp_offset));
}

static void
attempt(const char *bytes, size_t size)
{
	const char *why = NULL;
	int err = elf_parse(&image, bytes, size, FILE_SIZE, &why);

	if (err == 0)
		check_image(FILE_SIZE);
	else
		assert_true(err == -ENOEXEC && why);
}

/* An odd address: nothing may be read in place. */
static void
attempt_unaligned(const char *bytes, size_t size)
{
	char *odd = test_malloc(size + 1);

	memcpy(odd + 1, bytes, size);
	attempt(odd + 1, size);
	test_free(odd);
}

static void
hostile_headers_are_refused_or_harmless(void **state)
{
	(void)state;
	hostile_all((char *)&h, sizeof(h), attempt);
	h.type = DYN;
	hostile_all((char *)&h, sizeof(h), attempt);
	hostile_cut((char *)&h, sizeof(h), attempt_unaligned);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_program_is_understood, setup),
		cmocka_unit_test_setup(
			a_shared_object_may_begin_at_zero_and_an_executable_may_not,
			setup),
		cmocka_unit_test_setup(
			the_stack_is_executable_if_asked_for_or_if_nothing_is_said,
			setup),
		cmocka_unit_test_setup(
			two_segments_may_show_one_page_of_the_file_but_not_of_memory,
			setup),
		cmocka_unit_test_setup(
			writable_and_executable_is_accepted_as_asked, setup),
		cmocka_unit_test_setup(an_empty_segment_is_ignored, setup),
		cmocka_unit_test_setup(
			a_segment_of_bss_alone_may_name_any_offset, setup),
		cmocka_unit_test_setup(
			headers_that_are_not_for_us_are_refused_by_name, setup),
		cmocka_unit_test_setup(segments_that_lie_are_refused_by_name,
				       setup),
		cmocka_unit_test_setup(
			more_segments_than_a_program_needs_are_refused, setup),
		cmocka_unit_test_setup(the_entry_must_be_executable, setup),
		cmocka_unit_test_setup(
			the_interpreter_has_a_name_within_the_file, setup),
		cmocka_unit_test_setup(hostile_headers_are_refused_or_harmless,
				       setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
