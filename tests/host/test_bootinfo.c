/*
 * The command line and the tables that both boot protocols fill.
 */
#include "hostile.h"

#include <string.h>

#include "kernel/bootinfo.h"

static struct bootinfo b;
static char value[16];

static bool
option(const char *cmdline, const char *name)
{
	memset(&b, 0, sizeof(b));
	strcpy(b.cmdline, cmdline);
	return bootinfo_option(&b, name, value, sizeof(value));
}

static void
an_option_is_a_whole_word_with_a_value(void **state)
{
	(void)state;
	assert_true(option("init=/bin/sh", "init"));
	assert_string_equal(value, "/bin/sh");
	assert_true(option("  quiet  init=/x strace=1 ", "strace"));
	assert_string_equal(value, "1");
	assert_true(option("init= events=1", "init"));
	assert_string_equal(value, "");
	assert_false(option("xinit=/x init", "init"));
	assert_false(option("initx=/x", "init"));
	assert_false(option("a=init=b", "init"));
	assert_false(option("", "init"));
}

static void
words_after_two_dashes_belong_to_init(void **state)
{
	(void)state;
	assert_false(option("events=1 -- init=/x", "init"));
	assert_true(option("events=1 -- init=/x", "events"));
	assert_true(option("--x init=/x", "init"));
	assert_false(option("-- init=/x", "init"));
}

static const char *
arguments(const char *cmdline)
{
	memset(&b, 0, sizeof(b));
	strcpy(b.cmdline, cmdline);
	return bootinfo_arguments(&b);
}

static void
they_are_what_follows_the_first_two_dashes(void **state)
{
	(void)state;
	assert_string_equal(arguments("init=/x -- a b"), " a b");
	assert_string_equal(arguments("-- -- a"), " -- a");
	assert_string_equal(arguments("--"), "");
	assert_string_equal(arguments("a--b --c -d"), "");
	assert_string_equal(arguments(""), "");
}

static void
a_value_that_does_not_fit_is_no_value(void **state)
{
	(void)state;
	assert_true(option("a=123456789012345", "a"));
	assert_string_equal(value, "123456789012345");
	assert_false(option("a=1234567890123456", "a"));
}

static void
ranges_that_cannot_be_are_refused(void **state)
{
	(void)state;
	memset(&b, 0, sizeof(b));
	assert_false(bootinfo_add_range(&b, 0, 0, true, 7));
	assert_string_equal(b.error, "an empty memory range");
	assert_int_equal(b.error_offset, 7);
	assert_false(bootinfo_add_range(&b, UINT64_MAX, 2, true, 8));
	assert_string_equal(b.error, "a memory range that wraps");
	assert_true(bootinfo_add_range(&b, UINT64_MAX - 9, 9, false, 8));
	assert_int_equal(b.range[0].end, UINT64_MAX);
	assert_false(b.range[0].usable);
}

static void
tables_that_are_full_are_refused(void **state)
{
	(void)state;
	memset(&b, 0, sizeof(b));
	for (uint64_t i = 0; i < BOOT_RANGES; i++)
		assert_true(bootinfo_add_range(&b, i, 1, true, 0));
	assert_false(bootinfo_add_range(&b, 0, 1, true, 0));
	assert_string_equal(b.error, "too many memory ranges");
	for (uint64_t i = 0; i < BOOT_MODULES; i++)
		assert_true(bootinfo_add_module(&b, i, i, 0));
	assert_false(bootinfo_add_module(&b, 0, 1, 0));
	assert_string_equal(b.error, "too many modules");
	assert_int_equal(b.ranges, BOOT_RANGES);
	assert_int_equal(b.modules, BOOT_MODULES);
}

static void
a_module_does_not_end_before_it_starts(void **state)
{
	(void)state;
	memset(&b, 0, sizeof(b));
	assert_false(bootinfo_add_module(&b, 2, 1, 3));
	assert_int_equal(b.error_offset, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_is_a_whole_word_with_a_value),
		cmocka_unit_test(words_after_two_dashes_belong_to_init),
		cmocka_unit_test(they_are_what_follows_the_first_two_dashes),
		cmocka_unit_test(a_value_that_does_not_fit_is_no_value),
		cmocka_unit_test(ranges_that_cannot_be_are_refused),
		cmocka_unit_test(tables_that_are_full_are_refused),
		cmocka_unit_test(a_module_does_not_end_before_it_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
