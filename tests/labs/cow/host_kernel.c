/*
 * Lab cow, on the host: writes to what others see that are not forks, and by the kernel.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "cow.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

/* ---- sources: what others see that are not forks */

TEST(sources_the_frame_of_zeros_stays_zero)
{
	struct space *s = a_space();
	const char *zero = frame_page(frame_zero);

	map(s, VA, 2, anonymous(RW));
	peek(s, VA);
	peek(s, NEXT_PAGE);
	expect(frame_of_page(s, VA) == frame_zero,
	       "a read shows the frame of zeros");
	poke(s, VA, 'a');
	expect_at(s->root, VA, frame_of_page(s, VA) != frame_zero,
		  "a write must get a frame of its own");
	for (size_t i = 0; i < PAGE_SIZE; i++)
		expect(zero[i] == 0, "the frame of zeros was written to");
	assert_int_equal(peek(s, VA), 'a');
	assert_int_equal(peek(s, NEXT_PAGE), 0);
}

TEST(sources_a_private_write_leaves_the_file_alone)
{
	struct store *st = a_store_from(machine_module(), PAGE_SIZE);
	struct space *s = a_space(), *other = a_space();
	struct frame *f;

	memset(machine_module(), 'f', PAGE_SIZE);
	map(s, VA, 1, showing(st, 0, RW, false));
	map(other, VA, 1, showing(st, 0, R, false));
	peek(s, VA);
	peek(other, VA);
	f = frame_of_page(other, VA);
	poke(s, VA + 7, 'w');
	expect(machine_module()[7] == 'f',
	       "the file's own page was written to");
	expect_at(other->root, VA, frame_of_page(other, VA) == f,
		  "who only reads keeps the file's frame");
	assert_int_equal(peek(s, VA + 7), 'w');
	assert_int_equal(peek(s, VA + 8), 'f'); /* a whole copy */
	assert_int_equal(peek(other, VA + 7), 'f');
}

/* ---- kernel: its copies into user memory obey the rule */

TEST(kernel_writes_for_a_child_copy_the_page)
{
	struct space *s = a_space(), *child;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 'p');
	child = a_fork(s);
	must_all(user_put(child, VA, "c", 1));
	expect_at(s->root, VA, peek(s, VA) == 'p',
		  "the kernel wrote for the child, and the parent sees it");
	assert_int_equal(peek(child, VA), 'c');
}

TEST(kernel_writes_go_where_the_program_looks)
{
	struct space *s = a_space(), *child;

	map(s, VA, 2, anonymous(RW));
	assert_int_equal(peek(s, VA), 0); /* the TLB knows the zero frame */
	poke(s, NEXT_PAGE, 'n');
	must_all(user_put(s, VA, "k", 1));
	expect_at(s->root, VA, peek(s, VA) == 'k',
		  "the kernel wrote to a frame that the program does not see");
	child = a_fork(s);
	must_all(user_put(s, NEXT_PAGE, "K", 1));
	assert_int_equal(peek(s, NEXT_PAGE), 'K');
	assert_int_equal(peek(child, NEXT_PAGE), 'n');
}

TEST(kernel_writes_leave_private_files_and_zeros_alone)
{
	struct store *st = a_store_from(machine_module(), PAGE_SIZE);
	struct space *s = a_space();
	const char *zero = frame_page(frame_zero);

	*machine_module() = 'f';
	map(s, VA, 1, showing(st, 0, RW, false));
	map(s, NEXT_PAGE, 1, anonymous(RW));
	peek(s, VA);
	peek(s, NEXT_PAGE);
	must_all(user_put(s, VA, "w", 1));
	must_all(user_put(s, NEXT_PAGE, "z", 1));
	expect(*machine_module() == 'f', "the kernel wrote into the file");
	expect(*zero == 0, "the kernel wrote into the frame of zeros");
}

TEST(kernel_writes_reach_common_pages_in_place)
{
	struct store *st = a_store(PAGE_SIZE);
	struct space *s = a_space(), *child;

	map(s, VA, 1, showing(st, 0, RW, true));
	poke(s, VA, 'a');
	child = a_fork(s);
	must_all(user_put(child, VA, "b", 1));
	expect_at(s->root, VA, peek(s, VA) == 'b',
		  "a write to a shared page is meant to be seen");
}

TEST(kernel_writes_need_the_right_to_write)
{
	struct space *s = a_space();
	char byte = 'x';
	int err;

	map(s, VA, 1, anonymous(R));
	map(s, NEXT_PAGE, 1, anonymous(PROT_NONE));
	peek(s, VA);
	err = user_put(s, VA, &byte, 1);
	expect(err == -EFAULT, "a region without w: wanted -EFAULT, got %d",
	       err);
	assert_int_equal(peek(s, VA), 0);
	expect(user_get(s, &byte, NEXT_PAGE, 1) == -EFAULT, "PROT_NONE");
	expect(user_get(s, &byte, VA - PAGE_SIZE, 1) == -EFAULT, "no region");
	expect(user_put(s, DIRECT_BASE, &byte, 1) == -EFAULT,
	       "an address of the kernel");
}

TEST(kernel_reads_copy_nothing)
{
	struct space *s = a_space(), *child;
	size_t before;
	char byte = 0;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 'p');
	child = a_fork(s);
	before = frames_free();
	must_all(user_get(child, &byte, VA, 1));
	assert_int_equal(byte, 'p');
	expect_at(child->root, VA, frames_free() == before,
		  "reading what is there must take no frame, took %zu",
		  before - frames_free());
	expect_at(child->root, VA,
		  frame_of_page(child, VA) == frame_of_page(s, VA),
		  "and both still see one frame");
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(sources_the_frame_of_zeros_stays_zero),
		CLAIM_ONCE(sources_a_private_write_leaves_the_file_alone),
		CLAIM_ONCE(kernel_writes_for_a_child_copy_the_page),
		CLAIM_ONCE(kernel_writes_go_where_the_program_looks),
		CLAIM_ONCE(kernel_writes_leave_private_files_and_zeros_alone),
		CLAIM_ONCE(kernel_writes_reach_common_pages_in_place),
		CLAIM_ONCE(kernel_writes_need_the_right_to_write),
		CLAIM_ONCE(kernel_reads_copy_nothing),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
