/*
 * The PVH parser: what it makes of a good hvm_start_info, and of all others.
 */
#include "hostile.h"

#include <string.h>

#include "kernel/bootinfo.h"

enum {
	INFO = 0x9004, /* not even aligned */
};

/* hvm_start_info and its parts, one after the other at INFO. */
struct PACKED all {
	uint32_t magic, version, flags, modules;
	uint64_t module_list, cmdline, rsdp, memmap;
	uint32_t memmap_entries, reserved;
	struct {
		uint64_t addr, size, cmdline, reserved;
	} module[2];
	struct {
		uint64_t addr, size;
		uint32_t type, reserved;
	} map[3];
	char text[600];
};

static struct bootinfo b;
static struct all all;
static const char *memory;
static size_t memory_size;

static const void *
view(paddr_t addr, size_t len)
{
	if (addr < INFO || addr - INFO > memory_size ||
	    len > memory_size - (addr - INFO))
		return NULL;
	return memory + (addr - INFO);
}

static int
setup(void **state)
{
	(void)state;
	all = (struct all){
		.magic = 0x336ec578,
		.version = 1,
		.modules = 1,
		.module_list = INFO + offsetof(struct all, module),
		.cmdline = INFO + offsetof(struct all, text),
		.memmap = INFO + offsetof(struct all, map),
		.memmap_entries = 3,
		.module = {{0x200000, 0x34567, 0, 0}, {0x300000, 1, 0, 0}},
		.map = {{0, 0x9fc00, 1, 0},
			{0x9fc00, 0, 2, 0},
			{0x100000, 0x7f00000, 1, 0}},
		.text = "strace=1",
	};
	memory = (char *)&all;
	memory_size = sizeof(all);
	return 0;
}

static void
what_qemu_says_is_understood(void **state)
{
	(void)state;
	assert_true(pvh_parse(&b, INFO, view));
	assert_null(b.error);
	assert_string_equal(b.loader, "PVH");
	assert_string_equal(b.cmdline, "strace=1");
	assert_int_equal(b.modules, 1);
	assert_int_equal(b.module[0].end, 0x234567);
	assert_int_equal(b.ranges, 2);
	assert_int_equal(b.range[0].end, 0x9fc00);
	assert_true(b.range[1].usable);
}

static void
no_command_line_and_no_module_are_fine(void **state)
{
	(void)state;
	all.cmdline = 0;
	all.modules = 0;
	all.module_list = 0;
	assert_true(pvh_parse(&b, INFO, view));
	assert_string_equal(b.cmdline, "");
}

static void
a_long_command_line_is_cut(void **state)
{
	(void)state;
	memset(all.text, 'x', sizeof(all.text));
	assert_true(pvh_parse(&b, INFO, view));
	assert_int_equal(strlen(b.cmdline), BOOT_CMDLINE - 1);
}

static void
refused(const char *why, size_t offset)
{
	assert_false(pvh_parse(&b, INFO, view));
	assert_string_equal(b.error, why);
	assert_int_equal(b.error_offset, offset);
	setup(NULL);
}

static void
defects_are_named_with_their_offset(void **state)
{
	(void)state;
	all.magic++;
	refused("not an hvm_start_info", 0);
	all.version = 0;
	refused("version 0, which has no memory map", 4);
	all.modules = BOOT_MODULES + 1;
	memset(all.module, 0, sizeof(all.module) + sizeof(all.map));
	refused("too many modules", 16);
	all.module_list = INFO + sizeof(all) - 31;
	refused("a module list out of reach", 16);
	all.module_list = UINT64_MAX - 3;
	refused("a module list out of reach", 16);
	all.module[0].size = UINT64_MAX;
	refused("a module that wraps", 16);
	all.cmdline = INFO + sizeof(all);
	refused("a command line out of reach", 24);
	all.cmdline = UINT64_MAX;
	refused("a command line out of reach", 24);
	all.memmap = INFO + sizeof(all) - 71;
	refused("a memory map out of reach", 40);
	all.memmap_entries = BOOT_RANGES + 1;
	refused("too many memory ranges", 40);
	all.memmap_entries = 0;
	refused("no memory map", 40);
	all.map[2].size = UINT64_MAX;
	refused("a memory range that wraps", 40);
}

static void
an_address_out_of_reach_is_refused(void **state)
{
	(void)state;
	assert_false(pvh_parse(&b, 0, view));
	assert_false(pvh_parse(&b, UINT64_MAX - 3, view));
	assert_string_equal(b.error, "no information there");
}

/* Memory that reaches up to the last address. */
static const void *
view_to_the_top(paddr_t addr, size_t len)
{
	static const char top[64] = "no zero";

	if (addr >= INFO && addr < INFO + sizeof(all))
		return view(addr, len);
	assert_true(addr >= UINT64_MAX - 63); /* not wrapped */
	return top;
}

static void
nothing_wraps_at_the_top_of_memory(void **state)
{
	(void)state;
	all.cmdline = UINT64_MAX - 5;
	assert_false(pvh_parse(&b, INFO, view_to_the_top));
	assert_string_equal(b.error, "a command line out of reach");
}

static void
attempt(const char *bytes, size_t size)
{
	bool ok;

	memory = bytes;
	memory_size = size;
	ok = pvh_parse(&b, INFO, view);
	assert_true(ok == !b.error);
	assert_true(b.ranges <= BOOT_RANGES && b.modules <= BOOT_MODULES);
	assert_true(strnlen(b.cmdline, BOOT_CMDLINE) < BOOT_CMDLINE);
	for (size_t i = 0; i < b.ranges; i++)
		assert_true(b.range[i].start < b.range[i].end);
	for (size_t i = 0; i < b.modules; i++)
		assert_true(b.module[i].start <= b.module[i].end);
}

static void
hostile_information_is_refused_or_harmless(void **state)
{
	(void)state;
	hostile_all((char *)&all, offsetof(struct all, text) + 9, attempt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_qemu_says_is_understood, setup),
		cmocka_unit_test_setup(no_command_line_and_no_module_are_fine,
				       setup),
		cmocka_unit_test_setup(a_long_command_line_is_cut, setup),
		cmocka_unit_test_setup(defects_are_named_with_their_offset,
				       setup),
		cmocka_unit_test_setup(nothing_wraps_at_the_top_of_memory,
				       setup),
		cmocka_unit_test_setup(an_address_out_of_reach_is_refused,
				       setup),
		cmocka_unit_test_setup(
			hostile_information_is_refused_or_harmless, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
