/*
 * The multiboot2 parser: what it makes of good tags, and of all others.
 */
#include "hostile.h"

#include <string.h>

#include "kernel/bootinfo.h"

enum {
	INFO = 0x9000, /* where the information is said to be */
};

static struct bootinfo b;
static const char *memory; /* what lies at INFO */
static size_t memory_size;

static ALIGNED(8) char info[1024];
static uint32_t used;

static const void *
view(paddr_t addr, size_t len)
{
	if (addr < INFO || addr - INFO > memory_size ||
	    len > memory_size - (addr - INFO))
		return NULL;
	return memory + (addr - INFO);
}

static void
put(const void *bytes, uint32_t size)
{
	memcpy(info + used, bytes, size);
	used += size;
}

static void
put_tag(uint32_t type, const void *bytes, uint32_t size)
{
	uint32_t header[] = {type, 8 + size};

	put(header, sizeof(header));
	put(bytes, size);
	used = (used + 7) & ~7u;
	memcpy(info, &used, sizeof(used));
}

struct map {
	uint32_t entry_size, version;
	struct {
		uint64_t addr, len;
		uint32_t type, zero;
	} entry[3];
};

static const struct map map = {
	24,
	0,
	{{0, 0x9fc00, 1, 0}, {0x9fc00, 0, 2, 0}, {0x100000, 0x7f00000, 1, 0}}};

static int
setup(void **state)
{
	static const struct {
		uint32_t start, end;
		char name[8];
	} module = {0x200000, 0x234567, "initrd"};

	(void)state;
	memset(info, 0, sizeof(info));
	used = 8;
	put_tag(1, "init=/bin/sh events=1", 22);
	put_tag(2, "GRUB 2.06", 10);
	put_tag(3, &module, sizeof(module));
	put_tag(6, &map, sizeof(map));
	put_tag(0, "", 0);
	memory = info;
	memory_size = used;
	return 0;
}

static void
what_grub_says_is_understood(void **state)
{
	(void)state;
	assert_true(multiboot2_parse(&b, INFO, view));
	assert_null(b.error);
	assert_string_equal(b.loader, "multiboot2");
	assert_string_equal(b.cmdline, "init=/bin/sh events=1");
	assert_int_equal(b.modules, 1);
	assert_int_equal(b.module[0].start, 0x200000);
	assert_int_equal(b.module[0].end, 0x234567);
	assert_int_equal(b.ranges, 2); /* the empty one is passed over */
	assert_int_equal(b.range[1].start, 0x100000);
	assert_int_equal(b.range[1].end, 0x8000000);
	assert_true(b.range[1].usable);
}

static void
larger_map_entries_of_a_later_version_are_understood(void **state)
{
	struct {
		uint32_t entry_size, version;
		uint64_t entry[2][4];
	} later = {32, 1, {{0x1000, 0x2000, 1, 0}, {0x8000, 0x1000, 3, 0}}};

	(void)state;
	used = 8;
	put_tag(6, &later, sizeof(later));
	put_tag(0, "", 0);
	assert_true(multiboot2_parse(&b, INFO, view));
	assert_int_equal(b.ranges, 2);
	assert_int_equal(b.range[0].end, 0x3000);
	assert_false(b.range[1].usable);
}

static void
a_long_command_line_is_cut(void **state)
{
	char line[BOOT_CMDLINE + 100];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	used = 8;
	put_tag(1, line, sizeof(line));
	put_tag(6, &map, sizeof(map));
	put_tag(0, "", 0);
	memory_size = used;
	assert_true(multiboot2_parse(&b, INFO, view));
	assert_int_equal(strlen(b.cmdline), BOOT_CMDLINE - 1);
}

static void
refused(const char *why, size_t offset)
{
	assert_false(multiboot2_parse(&b, INFO, view));
	assert_string_equal(b.error, why);
	assert_int_equal(b.error_offset, offset);
}

static void
put_u32(uint32_t offset, uint32_t value)
{
	memcpy(info + offset, &value, sizeof(value));
}

static void
defects_are_named_with_their_offset(void **state)
{
	uint32_t tag;

	(void)state;
	put_u32(0, 7);
	refused("a total size too small", 0);
	put_u32(0, UINT32_MAX);
	refused("a total size out of reach", 0);
	setup(state);
	put_u32(12, 7);
	refused("a tag of a bad size", 8);
	put_u32(12, UINT32_MAX);
	refused("a tag of a bad size", 8);
	put_u32(12, 20);
	refused("a command line without an end", 8);
	setup(state);
	put_u32(0, used - 8);
	refused("no end tag", used - 8);
	used = 8;
	put_tag(0, "", 0);
	refused("no memory map", 0);
	used = 8;
	tag = used;
	put_tag(6, &map, 8);
	put_u32(tag + 8, 23);
	refused("memory map entries of a strange size", tag);
	put_u32(tag + 8, 0);
	refused("memory map entries of a strange size", tag);
	used = 8;
	put_tag(3, "1234567", 7);
	refused("a module tag cut short", 8);
	setup(state);
	assert_false(multiboot2_parse(&b, INFO + 4, view));
	assert_string_equal(b.error, "no information there");
}

static void
check_result(bool ok)
{
	assert_true(ok == !b.error);
	assert_true(b.ranges <= BOOT_RANGES && b.modules <= BOOT_MODULES);
	assert_true(strnlen(b.cmdline, BOOT_CMDLINE) < BOOT_CMDLINE);
	assert_true(b.error_offset <= UINT32_MAX);
	for (size_t i = 0; i < b.ranges; i++)
		assert_true(b.range[i].start < b.range[i].end);
	for (size_t i = 0; i < b.modules; i++)
		assert_true(b.module[i].start <= b.module[i].end);
}

static void
attempt(const char *bytes, size_t size)
{
	memory = bytes;
	memory_size = size;
	check_result(multiboot2_parse(&b, INFO, view));
}

/* As if the cut were honest about its size. */
static void
attempt_resized(const char *bytes, size_t size)
{
	uint32_t total = (uint32_t)size;
	char *copy;

	if (size < sizeof(total))
		return;
	copy = test_malloc(size);
	memcpy(copy, bytes, size);
	memcpy(copy, &total, sizeof(total));
	attempt(copy, size);
	test_free(copy);
}

static void
hostile_information_is_refused_or_harmless(void **state)
{
	(void)state;
	hostile_all(info, used, attempt);
	hostile_cut(info, used, attempt_resized);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_grub_says_is_understood, setup),
		cmocka_unit_test_setup(
			larger_map_entries_of_a_later_version_are_understood,
			setup),
		cmocka_unit_test_setup(a_long_command_line_is_cut, setup),
		cmocka_unit_test_setup(defects_are_named_with_their_offset,
				       setup),
		cmocka_unit_test_setup(
			hostile_information_is_refused_or_harmless, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
