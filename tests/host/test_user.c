/*
 * Copies between the kernel and a program's memory.
 */
#include "harness.h"

#include <string.h>

#include "machine.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

#define VA 0x400000ul
#define R  PROT_READ
#define RW (PROT_READ | PROT_WRITE)

TEST(what_is_put_is_got_across_pages_never_touched_before)
{
	static char out[3 * PAGE_SIZE], in[3 * PAGE_SIZE];
	struct space *s = a_space();

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 3 + i / PAGE_SIZE);
	map(s, VA, 4, anonymous(RW));
	must_all(user_put(s, VA + 100, out, sizeof(out)));
	must_all(user_get(s, in, VA + 100, sizeof(in)));
	assert_memory_equal(in, out, sizeof(out));
	assert_int_equal(peek(s, VA + 99), 0);
	assert_int_equal(peek(s, VA + 100 + sizeof(out)), 0);
}

TEST(a_copy_that_runs_off_a_page_is_short)
{
	char buf[200] = {0};
	struct space *s = a_space();
	size_t n;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 1);
	n = user_write(s, VA + PAGE_SIZE - 50, buf, sizeof(buf));
	assert_int_equal(n, 50);
	n = user_read(s, buf, VA + PAGE_SIZE - 50, sizeof(buf));
	assert_int_equal(n, 50);
	assert_int_equal(user_get(s, buf, VA + PAGE_SIZE - 50, 51), -EFAULT);
	assert_int_equal(user_get(s, buf, VA + PAGE_SIZE - 50, 50), 0);
}

TEST(bad_pointers_are_efault_and_reach_nothing)
{
	static const vaddr_t bad[] = {
		0,
		1,
		USER_START - 1,
		USER_END,
		1ul << 47,
		DIRECT_BASE,
		IMAGE_BASE,
		UINT64_MAX,
		UINT64_MAX - 63,
		VA + PAGE_SIZE,
	};
	struct space *s = a_space();
	char buf[64] = {0};

	map(s, VA, 1, anonymous(RW));
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(user_get(s, buf, bad[i], sizeof(buf)),
				 -EFAULT);
		assert_int_equal(user_put(s, bad[i], buf, sizeof(buf)),
				 -EFAULT);
		assert_int_equal(user_string(s, buf, bad[i], sizeof(buf)),
				 -EFAULT);
		assert_int_equal(user_get(s, buf, bad[i], 0), 0);
	}
}

TEST(rights_bind_the_kernel_as_they_bind_the_program)
{
	struct space *s = a_space();
	char byte = 1;

	map(s, VA, 1, anonymous(R));
	map(s, VA + PAGE_SIZE, 1, anonymous(PROT_NONE));
	must_all(user_get(s, &byte, VA, 1));
	assert_int_equal(user_put(s, VA, &byte, 1), -EFAULT);
	assert_int_equal(user_get(s, &byte, VA + PAGE_SIZE, 1), -EFAULT);
}

TEST(the_kernels_write_copies_what_fork_left_shared)
{
	struct space *s = a_space(), *child;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 'p');
	child = a_fork(s);
	must_all(user_put(child, VA, "c", 1));
	assert_int_equal(peek(s, VA), 'p');
	assert_int_equal(peek(child, VA), 'c');
}

TEST(the_kernels_write_copies_a_private_page_of_a_file)
{
	struct store *st = a_store_from(machine_module(), PAGE_SIZE);
	struct space *s = a_space();

	*machine_module() = 'f';
	map(s, VA, 1, showing(st, 0, RW, false));
	must_all(user_put(s, VA, "w", 1));
	assert_int_equal(*machine_module(), 'f');
	assert_int_equal(peek(s, VA), 'w');
}

TEST(the_running_program_sees_the_kernels_write_at_once)
{
	struct space *s = a_space();

	map(s, VA, 1, anonymous(RW));
	assert_int_equal(peek(s, VA), 0); /* the TLB knows the zero frame now */
	must_all(user_put(s, VA, "k", 1));
	assert_int_equal(peek(s, VA), 'k');
}

/* The CPU remembers the page of the last copy. */
TEST(a_page_that_was_copied_to_may_be_taken_away)
{
	struct space *s = a_space(), *child;
	char byte = 1;

	map(s, VA, 2, anonymous(RW));
	space_activate(s);
	must_all(user_put(s, VA, "a", 1));
	must_all(space_protect(s, VA, PAGE_SIZE, R));
	assert_int_equal(user_put(s, VA, "b", 1), -EFAULT);
	must_all(space_protect(s, VA, PAGE_SIZE, PROT_NONE));
	assert_int_equal(user_get(s, &byte, VA, 1), -EFAULT);
	must_all(space_protect(s, VA, PAGE_SIZE, RW));
	must_all(user_put(s, VA, "c", 1));
	child = a_fork(s);
	must_all(user_put(s, VA, "d", 1));
	assert_int_equal(peek(child, VA), 'c');
	must_all(user_put(s, VA, "e", 1));
	assert_int_equal(peek(s, VA), 'e');
	must_all(space_unmap(s, VA, PAGE_SIZE));
	assert_int_equal(user_put(s, VA, "f", 1), -EFAULT);
	assert_int_equal(user_get(s, &byte, VA, 1), -EFAULT);
}

TEST(a_page_is_remembered_for_one_space_only)
{
	struct space *s = a_space(), *other = a_space();
	char byte;

	map(s, VA, 1, anonymous(RW));
	map(other, VA, 1, anonymous(RW));
	space_activate(s);
	must_all(user_put(s, VA, "s", 1));
	must_all(user_put(other, VA, "o", 1));
	space_activate(other);
	must_all(user_get(other, &byte, VA, 1));
	assert_int_equal(byte, 'o');
	must_all(user_get(s, &byte, VA, 1));
	assert_int_equal(byte, 's');
}

TEST(a_string_may_cross_pages_and_must_end)
{
	struct space *s = a_space();
	char buf[32];
	long len;

	map(s, VA, 2, anonymous(RW));
	must_all(user_put(s, VA + PAGE_SIZE - 3, "abcdef", 7));
	len = user_string(s, buf, VA + PAGE_SIZE - 3, sizeof(buf));
	assert_int_equal(len, 6);
	assert_string_equal(buf, "abcdef");
	assert_int_equal(user_string(s, buf, VA + PAGE_SIZE - 3, 7), 6);
	assert_int_equal(user_string(s, buf, VA + PAGE_SIZE - 3, 6),
			 -ENAMETOOLONG);
	must_all(user_put(s, VA + 2 * PAGE_SIZE - 3, "xyz", 3));
	assert_int_equal(user_string(s, buf, VA + 2 * PAGE_SIZE - 3, 32),
			 -EFAULT);
}

/* A string at the very end of a page, with nothing behind it. */
TEST(a_string_is_not_read_beyond_its_end)
{
	struct space *s = a_space();
	char buf[4096];

	map(s, VA, 1, anonymous(RW));
	must_all(user_put(s, VA + PAGE_SIZE - 4, "end", 4));
	assert_int_equal(user_string(s, buf, VA + PAGE_SIZE - 4, sizeof(buf)),
			 3);
	assert_string_equal(buf, "end");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(what_is_put_is_got_across_pages_never_touched_before),
		CLAIM(a_copy_that_runs_off_a_page_is_short),
		CLAIM(bad_pointers_are_efault_and_reach_nothing),
		CLAIM(rights_bind_the_kernel_as_they_bind_the_program),
		CLAIM(the_kernels_write_copies_what_fork_left_shared),
		CLAIM(the_kernels_write_copies_a_private_page_of_a_file),
		CLAIM(the_running_program_sees_the_kernels_write_at_once),
		CLAIM(a_page_that_was_copied_to_may_be_taken_away),
		CLAIM(a_page_is_remembered_for_one_space_only),
		CLAIM(a_string_may_cross_pages_and_must_end),
		CLAIM(a_string_is_not_read_beyond_its_end),
	};

	return RUN(tests);
}
