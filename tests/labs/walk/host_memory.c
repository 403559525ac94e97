/*
 * Lab walk, on the host: whose tables, and what is left without memory.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "walk.h"

#include "mmu.h"

/* ---- owned: the path is the caller's own before an entry is given out */

TEST(owned_a_page_mapped_after_fork_is_not_seen_by_the_other)
{
	struct frame *parent = a_root(), *child, *f, *g;
	struct path p, c;

	f = map_frame(parent, ODD, RW, false);
	child = a_root_fork(parent);
	g = map_frame(child, ODD + PAGE_SIZE, RW, false);
	p = path_of(parent, ODD + PAGE_SIZE);
	expect_at(parent, ODD + PAGE_SIZE, !p.to[1],
		  "the child mapped a page, and the parent sees it: walk() "
		  "gave out an entry of a table that both see");
	p = path_of(parent, ODD);
	c = path_of(child, ODD);
	expect_at(child, ODD, p.to[1] == f && c.to[1] == f && f->refs == 2,
		  "the page that was there before the fork must be seen by "
		  "both: 2 references, has %u",
		  f->refs);
	for (int level = 4; level > 1; level--) {
		expect_at(child, ODD, p.to[level] != c.to[level],
			  "the table below level %d must be a copy", level);
		expect_at(child, ODD, c.entry[level] & ENTRY_W,
			  "the child's entry of level %d leads to a table of "
			  "its own: W belongs there",
			  level);
	}
	c = path_of(child, ODD + PAGE_SIZE);
	expect_at(child, ODD + PAGE_SIZE, c.to[1] == g && g->refs == 1,
		  "the child must see its new page, alone");
}

TEST(owned_a_write_after_fork_copies_the_path_and_the_page)
{
	struct frame *parent = a_root(), *child;
	size_t before, taken;

	map_frame(parent, ODD, RW, false);
	map_frame(parent, ODD + PAGE_SIZE, RW, false);
	child = a_root_fork(parent);
	before = frames_free();
	must(pt_own(child, ODD));
	taken = before - frames_free();
	expect_at(child, ODD, taken == 4,
		  "pt_own must copy the three tables of the path (walk() owns "
		  "them) and the page: wanted 4 frames taken, got %zu",
		  taken);
	before = frames_free();
	must(pt_own(child, ODD + PAGE_SIZE));
	taken = before - frames_free();
	expect_at(child, ODD + PAGE_SIZE, taken == 1,
		  "on a path that is owned a write takes 1 frame, took %zu",
		  taken);
}

/* A table of level 3 has 512 user entries, a root only 256. */
TEST(owned_a_copied_table_counts_all_its_entries)
{
	const vaddr_t high = ODD + 400 * PT_SPAN(3);
	struct frame *parent = a_root(), *child, *f;
	struct path p;

	map_frame(parent, ODD, RW, false);
	f = map_frame(parent, high, RW, false);
	child = a_root_fork(parent);
	map_frame(child, ODD + PAGE_SIZE, RW, false);
	p = path_of(child, high);
	expect_at(child, high, p.to[3] && p.to[3]->refs == 2,
		  "two tables of level 3 point to the same one of level 2: it "
		  "must have 2 references (own() shares half of the entries if "
		  "it is told level 4: its level is that of the table that *e "
		  "points to)");
	expect_at(child, high, p.to[1] == f && f->refs == 1,
		  "and below it nothing changes");
}

TEST(owned_a_path_that_is_alone_again_costs_nothing)
{
	struct frame *parent = a_root(), *child, *f = a_frame();
	size_t before;

	map_frame(parent, ODD, RW, false);
	child = a_root_fork(parent);
	forget(child);
	pt_free(child);
	before = frames_free();
	must(pt_map(parent, ODD + PAGE_SIZE, f, RW, false));
	forget(f);
	expect_at(parent, ODD, frames_free() == before,
		  "the child is gone: no table need be copied, %zu were",
		  before - frames_free());
	check_interior(parent, ODD + PAGE_SIZE);
}

/* ---- memory: it runs out midway */

TEST(memory_gone_at_any_table_leaves_the_frame_with_the_caller)
{
	for (unsigned n = 1; n <= 3; n++) {
		struct frame *root = a_root(), *f = a_frame();
		size_t before = tables();
		int err;

		machine_fail(n, false);
		err = pt_map(root, ODD, f, RW, false);
		machine_fail(0, false);
		expect_at(root, ODD, err == -ENOMEM,
			  "allocation %u of 3 failed: wanted -ENOMEM, got %d",
			  n, err);
		expect_at(root, ODD, f->refs == 1,
			  "on failure the caller keeps its reference: wanted "
			  "1, has %u",
			  f->refs);
		expect_at(root, ODD, !path_of(root, ODD).to[1],
			  "on failure nothing may be mapped");
		assert_int_equal(pt_map(root, ODD, f, RW, false), 0);
		forget(f);
		expect_at(root, ODD, tables() - before == 3,
			  "after a second try the path has 3 tables; %zu are "
			  "in use: the others are lost",
			  tables() - before);
		check_all();
	}
}

TEST(memory_gone_for_the_copy_of_a_table_leaves_it_shared)
{
	const vaddr_t va = ODD + PAGE_SIZE;

	for (unsigned n = 1; n <= 3; n++) {
		struct frame *parent = a_root(), *child, *f = a_frame();
		int err;

		map_frame(parent, ODD, RW, false);
		child = a_root_fork(parent);
		machine_fail(n, false);
		err = pt_map(child, va, f, RW, false);
		machine_fail(0, false);
		expect_at(parent, va, !path_of(parent, va).to[1],
			  "the child could not copy table %u of 3, mapped a "
			  "page through the shared one, and the parent sees it",
			  n);
		expect_at(child, va, err == -ENOMEM,
			  "the copy of table %u of 3 failed: wanted -ENOMEM, "
			  "got %d",
			  n, err);
	}
}

TEST(memory_lost_midway_is_given_back_with_the_root)
{
	for (unsigned n = 1; n <= 3; n++) {
		size_t before = frames_free();
		struct frame *root = a_root(), *f = a_frame();

		machine_fail(n, true);
		assert_int_equal(pt_map(root, ODD, f, RW, false), -ENOMEM);
		machine_fail(0, false);
		forget(f);
		frame_put(f);
		forget(root);
		pt_free(root);
		expect(frames_free() == before,
		       "allocation %u of 3 failed, the root was freed: %ld "
		       "frames are lost",
		       n, (long)(before - frames_free()));
	}
}

/* These two run again with every allocation failing in turn: the harness checks
 * that the failure changed nothing, and counts all references. */
TEST(memory_gone_in_a_forked_path_changes_nothing)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, ODD, RW, false);
	map_frame(parent, ODD + PT_SPAN(2), RW, true);
	child = a_root_fork(parent);
	pt_activate(child);
	assert_non_null(mmu_access(ODD, PROT_READ));
	map_frame(child, ODD + PAGE_SIZE, RW, false);
	must(pt_own(child, ODD));
	must(pt_own(parent, ODD + PT_SPAN(2)));
	map_frame(parent, ODD + PT_SPAN(4), RW, false);
	expect_at(parent, ODD,
		  path_of(parent, ODD).to[1]->refs == 1 &&
			  path_of(child, ODD).to[1]->refs == 1,
		  "each has its own page now");
}

TEST(memory_gone_while_mapping_far_apart_loses_no_frame)
{
	struct frame *root = a_root();

	for (size_t i = 0; i < COUNT(places); i++)
		map_frame(root, places[i], RW, false);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(
			owned_a_page_mapped_after_fork_is_not_seen_by_the_other),
		CLAIM_ONCE(
			owned_a_write_after_fork_copies_the_path_and_the_page),
		CLAIM_ONCE(owned_a_copied_table_counts_all_its_entries),
		CLAIM_ONCE(owned_a_path_that_is_alone_again_costs_nothing),
		CLAIM_ONCE(
			memory_gone_at_any_table_leaves_the_frame_with_the_caller),
		CLAIM_ONCE(
			memory_gone_for_the_copy_of_a_table_leaves_it_shared),
		CLAIM_ONCE(memory_lost_midway_is_given_back_with_the_root),
		CLAIM(memory_gone_in_a_forked_path_changes_nothing),
		CLAIM(memory_gone_while_mapping_far_apart_loses_no_frame),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
