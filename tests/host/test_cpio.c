/*
 * The cpio parser: what it makes of good archives, and of all others.
 */
#include "hostile.h"

#include <stdio.h>
#include <string.h>

#include "kernel/cpio.h"

static char archive[2048];
static size_t used;

static void
pad(void)
{
	while (used % 4 != 0)
		archive[used++] = '\0';
}

/* One file; the name takes name_size bytes, its zeros included. */
static void
put(const char *name, size_t name_size, unsigned mode, const char *data,
    size_t size)
{
	used += (size_t)snprintf(archive + used, sizeof(archive) - used,
				 "070701%08x%08x%08x%08x%08x%08x%08zX%08x%08x"
				 "%08x%08x%08zx%08x",
				 7, mode, 0, 0, 1, 99, size, 0, 3, 0, 0,
				 name_size, 0);
	memset(archive + used, 0, name_size);
	memcpy(archive + used, name, strlen(name));
	used += name_size;
	pad();
	memcpy(archive + used, data, size);
	used += size;
	pad();
}

static int
setup(void **state)
{
	(void)state;
	memset(archive, 0, sizeof(archive));
	used = 0;
	put("bin", 4, 040755, "", 0);
	put("bin/a", 6, 0100755, "hello", 5);
	put("bin/b", 150, 0100644, "a name padded with zeros", 24);
	put("TRAILER!!!", 11, 0, "", 0);
	return 0;
}

static void
files_come_in_order_with_name_mode_and_contents(void **state)
{
	struct cpio c;
	struct cpio_entry e;

	(void)state;
	cpio_init(&c, archive, used);
	assert_true(cpio_next(&c, &e));
	assert_string_equal(e.name, "bin");
	assert_int_equal(e.mode, 040755);
	assert_int_equal(e.size, 0);
	assert_true(cpio_next(&c, &e));
	assert_string_equal(e.name, "bin/a");
	assert_int_equal(e.size, 5);
	assert_memory_equal(e.data, "hello", 5);
	assert_int_equal(e.ino, 7);
	assert_int_equal(e.mtime, 99);
	assert_true(cpio_next(&c, &e));
	assert_string_equal(e.name, "bin/b");
	assert_memory_equal(e.data, "a name padded", 13);
	assert_false(cpio_next(&c, &e));
	assert_null(c.error);
	assert_false(cpio_next(&c, &e));
}

static void
an_archive_may_end_without_a_trailer_or_be_empty(void **state)
{
	struct cpio c;
	struct cpio_entry e;

	(void)state;
	used = 0;
	put("x", 2, 0100644, "12345678", 8);
	cpio_init(&c, archive, used);
	assert_true(cpio_next(&c, &e));
	assert_false(cpio_next(&c, &e));
	assert_null(c.error);
	cpio_init(&c, archive, 0);
	assert_false(cpio_next(&c, &e));
	assert_null(c.error);
}

static void
a_defect_is_named_with_the_offset_of_its_header(void **state)
{
	struct cpio c;
	struct cpio_entry e;

	(void)state;
	archive[116] = 'x'; /* in the magic of the second header */
	cpio_init(&c, archive, used);
	assert_true(cpio_next(&c, &e));
	assert_false(cpio_next(&c, &e));
	assert_non_null(c.error);
	assert_int_equal(c.offset, 116);
	assert_false(cpio_next(&c, &e));
}

static void
sizes_of_four_gigabytes_are_refused(void **state)
{
	struct cpio c;
	struct cpio_entry e;

	(void)state;
	memcpy(archive + 54, "ffffffff", 8);
	cpio_init(&c, archive, used);
	assert_false(cpio_next(&c, &e));
	assert_non_null(c.error);
	setup(state);
	memcpy(archive + 94, "FFFFFFFF", 8);
	cpio_init(&c, archive, used);
	assert_false(cpio_next(&c, &e));
	assert_non_null(c.error);
}

static void
attempt(const char *bytes, size_t size)
{
	struct cpio c;
	struct cpio_entry e;
	size_t last = 0, files = 0;

	cpio_init(&c, bytes, size);
	while (cpio_next(&c, &e)) {
		assert_true(c.offset > last && c.offset <= size);
		assert_true(e.name >= bytes && e.name < bytes + size);
		assert_true(strlen(e.name) < size);
		assert_true(e.data >= bytes && e.data <= bytes + size);
		assert_true(e.size <= (size_t)(bytes + size - e.data));
		last = c.offset;
		files++;
	}
	assert_true(files <= size / 110 && c.offset <= size);
}

static void
hostile_archives_are_refused_or_harmless(void **state)
{
	(void)state;
	hostile_all(archive, used, attempt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			files_come_in_order_with_name_mode_and_contents, setup),
		cmocka_unit_test_setup(
			an_archive_may_end_without_a_trailer_or_be_empty,
			setup),
		cmocka_unit_test_setup(
			a_defect_is_named_with_the_offset_of_its_header, setup),
		cmocka_unit_test_setup(sizes_of_four_gigabytes_are_refused,
				       setup),
		cmocka_unit_test_setup(hostile_archives_are_refused_or_harmless,
				       setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
