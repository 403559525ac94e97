/*
 * Lab cow, on the host: what fork takes, what a CPU may remember, what is left without memory.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "cow.h"

/* ---- fork: one frame, and what it holds */

static size_t
cost_of_fork(struct frame *root)
{
	size_t before = frames_free();

	a_root_fork(root);
	return before - frames_free();
}

TEST(fork_takes_one_frame_whatever_the_size)
{
	struct frame *root = a_root();
	size_t cost;

	for (vaddr_t i = 0; i < 16; i++)
		map_frame(root, VA + i * PAGE_SIZE, RW, false);
	cost = cost_of_fork(root);
	expect(cost == 1, "16 pages: fork must take 1 frame, took %zu", cost);
	for (vaddr_t i = 0; i < 64; i++)
		map_frame(root, NEXT_L3 + i * PT_SPAN(3), RW, false);
	cost = cost_of_fork(root);
	expect(cost == 1,
	       "64 GiB, a page in each: fork must take 1 frame, "
	       "took %zu",
	       cost);
}

TEST(fork_shares_the_tables_below_the_root)
{
	struct frame *parent = a_root(), *child;
	struct path p, c;

	map_frame(parent, VA, RW, false);
	child = a_root_fork(parent);
	p = path_of(parent, VA);
	c = path_of(child, VA);
	for (int level = 4; level > 0; level--)
		expect_at(child, VA, c.to[level] && p.to[level] == c.to[level],
			  "level %d of the child must lead where the parent's "
			  "does",
			  level);
	references(parent, VA, 4, 2);
	for (int level = 3; level > 0; level--)
		references(parent, VA, level, 1);
}

TEST(fork_takes_w_from_the_entries_of_both_roots)
{
	struct frame *parent = a_root(), *child;
	struct path p, c;

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	p = path_of(parent, VA);
	c = path_of(child, VA);
	expect_at(child, VA, (c.entry[4] & ENTRY_BITS) == (ENTRY_P | ENTRY_U),
		  "the child's root entry must have P and U, not W");
	expect_at(parent, VA, (p.entry[4] & ENTRY_BITS) == (ENTRY_P | ENTRY_U),
		  "the parent's root entry must have P and U, not W: two see "
		  "the table now");
	shows(child, VA, 'a', "child");
	expect_at(child, VA, !mmu_access(VA, PROT_WRITE),
		  "the child may not write yet");
	shows(parent, VA, 'a', "parent");
	expect_at(parent, VA, !mmu_access(VA, PROT_WRITE),
		  "the parent may not write any more");
}

TEST(fork_keeps_the_upper_half)
{
	struct frame *root = a_root(), *child = a_root_fork(root);
	const char *kernel = frame_page(pt_kernel_root());
	const char *half = frame_page(child);

	expect(memcmp(half + PAGE_SIZE / 2, kernel + PAGE_SIZE / 2,
		      PAGE_SIZE / 2) == 0,
	       "entries 256 to 511 of every root are the kernel's own (P5)");
}

TEST(fork_of_a_fork_of_a_fork)
{
	struct frame *root = a_root();

	map_frame(root, VA, RW, false);
	for (int i = 0; i < 5; i++) {
		expect(cost_of_fork(root) == 1, "each fork takes 1 frame");
		references(root, VA, 4, (unsigned)i + 2);
	}
}

/* ---- flush: what a CPU remembers is what the entries say */

TEST(flush_the_parent_faults_before_it_writes)
{
	struct frame *parent = a_root();

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'a'); /* the TLB knows: writable */
	a_root_fork(parent);
	expect_at(parent, VA, !mmu_access(VA, PROT_WRITE),
		  "the parent runs, and its TLB still lets it write: fork "
		  "must flush what has lost W");
}

TEST(flush_a_copied_page_is_seen_by_the_next_read)
{
	struct frame *parent = a_root();

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'a');
	a_root_fork(parent);
	shows(parent, VA, 'a', "parent"); /* the TLB knows the old frame */
	must(pt_own(parent, VA));
	expect_at(parent, VA,
		  mmu_access(VA, PROT_READ) == frame_page(page_at(parent, VA)),
		  "pt_own has given the parent another frame, and its TLB "
		  "leads to the old one");
}

/* frame_put() is watched here: mmu_check_put(). */
TEST(flush_comes_before_the_reference_is_given_up)
{
	struct frame *a = a_root(), *b, *c;

	map_frame(a, VA, RW, false);
	map_frame(a, NEXT_PAGE, RW, false);
	b = a_root_fork(a);
	c = a_root_fork(b);
	for (int i = 0; i < 2; i++) {
		vaddr_t va = VA + (vaddr_t)i * PAGE_SIZE;

		read_through(a, va);
		must(pt_own(a, va));
		read_through(b, va);
		must(pt_own(b, va));
		read_through(c, va);
		must(pt_own(c, va));
		mmu_check();
	}
}

TEST(flush_a_copied_table_is_forgotten_too)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, false);
	map_frame(parent, NEXT_PAGE, RW, true);
	child = a_root_fork(parent);
	read_through(child, NEXT_PAGE); /* pointers to three tables cached */
	must(pt_own(child, NEXT_PAGE)); /* copies tables, no page */
	mmu_check();
	write_through(parent, NEXT_PAGE, 's');
	shows(child, NEXT_PAGE, 's', "child");
}

/* ---- memory: it runs out midway */

TEST(memory_gone_at_the_root_changes_nothing)
{
	struct frame *root = a_root();

	map_frame(root, VA, RW, false);
	write_through(root, VA, 'a');
	machine_fail(1, true);
	expect(!pt_fork(root), "no frame is free: pt_fork must return NULL");
	machine_fail(0, false);
	references(root, VA, 4, 1);
	expect_at(root, VA, mmu_access(VA, PROT_WRITE),
		  "there is no child: the parent writes on without a fault");
}

TEST(memory_gone_at_any_level_changes_nothing_that_shows)
{
	for (unsigned n = 1; n <= 4; n++) {
		struct frame *parent = a_root(), *child;
		size_t before;
		int err;

		map_frame(parent, VA, RW, false);
		write_through(parent, VA, 'p');
		child = a_root_fork(parent);
		before = frames_free();
		machine_fail(n, true);
		err = pt_own(child, VA);
		machine_fail(0, false);
		expect_at(child, VA, err == -ENOMEM,
			  "allocation %u of 4 failed: wanted -ENOMEM, got %d",
			  n, err);
		check_all();
		shows(child, VA, 'p', "child");
		expect_at(child, VA, !mmu_access(VA, PROT_WRITE),
			  "allocation %u of 4 failed, and the child may write",
			  n);
		write_through(child, VA, 'c');
		expect_at(child, VA, before - frames_free() == 4,
			  "with the second try 4 frames are taken in all, not "
			  "%zu",
			  before - frames_free());
		shows(parent, VA, 'p', "parent");
		check_all();
	}
}

/* Run again with every allocation failing in turn: the harness checks that the
 * failure changed nothing, and counts all references. */
TEST(memory_gone_anywhere_in_three_generations_loses_no_frame)
{
	struct frame *a = a_root(), *b, *c;

	map_frame(a, VA, RW, false);
	map_frame(a, NEXT_PAGE, RW, true);
	map_frame(a, NEXT_L2, RW, false);
	b = a_root_fork(a);
	write_through(b, VA, 'b');
	c = a_root_fork(b);
	write_through(c, NEXT_L2, 'c');
	write_through(a, NEXT_PAGE, 's');
	write_through(b, NEXT_L2, 'd');
	shows(a, VA, 0, "first");
	shows(c, VA, 'b', "third");
	shows(c, NEXT_PAGE, 's', "third");
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(fork_takes_one_frame_whatever_the_size),
		CLAIM_ONCE(fork_shares_the_tables_below_the_root),
		CLAIM_ONCE(fork_takes_w_from_the_entries_of_both_roots),
		CLAIM_ONCE(fork_keeps_the_upper_half),
		CLAIM_ONCE(fork_of_a_fork_of_a_fork),
		CLAIM_ONCE(flush_the_parent_faults_before_it_writes),
		CLAIM_ONCE(flush_a_copied_page_is_seen_by_the_next_read),
		CLAIM_ONCE(flush_comes_before_the_reference_is_given_up),
		CLAIM_ONCE(flush_a_copied_table_is_forgotten_too),
		CLAIM_ONCE(memory_gone_at_the_root_changes_nothing),
		CLAIM_ONCE(memory_gone_at_any_level_changes_nothing_that_shows),
		CLAIM(memory_gone_anywhere_in_three_generations_loses_no_frame),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
