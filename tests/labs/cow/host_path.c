/*
 * Lab cow, on the host: who sees which frame after each write.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "cow.h"

/* ---- path: the rule at every level */

TEST(path_a_write_copies_three_tables_and_one_page)
{
	struct frame *parent = a_root(), *child;
	struct path p, c;

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'p');
	p = path_of(parent, VA);
	child = a_root_fork(parent);
	write_costs(child, VA, 'c', 4);
	c = path_of(child, VA);
	for (int level = 4; level > 0; level--) {
		expect_at(child, VA, c.to[level] != p.to[level],
			  "level %d: the child still uses the parent's frame",
			  level);
		expect_at(parent, VA,
			  path_of(parent, VA).to[level] == p.to[level],
			  "level %d: the child has written, and the parent's "
			  "frame is another",
			  level);
		references(child, VA, level, 1);
		references(parent, VA, level, 1);
	}
	w_at_all_levels(child, VA);
	shows(parent, VA, 'p', "parent");
	shows(child, VA, 'c', "child");
}

TEST(path_what_lies_beside_it_stays_shared)
{
	static const vaddr_t beside[] = {0, NEXT_PAGE, NEXT_L1, NEXT_L2,
					 NEXT_L3};
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, false);
	for (int level = 1; level <= 4; level++)
		map_frame(parent, beside[level], RW, false);
	child = a_root_fork(parent);
	write_through(child, VA, 'c');
	for (int level = 1; level <= 4; level++) {
		references(child, beside[level], level, 2);
		for (int below = level - 1; below > 0; below--)
			references(child, beside[level], below, 1);
		for (int above = level + 1; above <= 4; above++)
			references(child, beside[level], above, 1);
		expect_at(child, beside[level],
			  page_at(child, beside[level]) ==
				  page_at(parent, beside[level]),
			  "nobody has written to 0x%lx", beside[level]);
	}
	check_all();
}

TEST(path_the_neighbour_of_a_copied_page_is_still_protected)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, false);
	map_frame(parent, NEXT_PAGE, RW, false);
	write_through(parent, NEXT_PAGE, 'n');
	child = a_root_fork(parent);
	write_costs(child, VA, 'c', 4);
	expect_at(child, NEXT_PAGE, !mmu_access(NEXT_PAGE, PROT_WRITE),
		  "a copied table shares its pages with the old one: all its "
		  "entries lose W");
	shows(parent, NEXT_PAGE, 'n', "parent");
	expect_at(parent, NEXT_PAGE, !mmu_access(NEXT_PAGE, PROT_WRITE),
		  "and so do those of the old one");
	write_costs(child, NEXT_PAGE, 'd', 1);
	shows(parent, NEXT_PAGE, 'n', "parent");
	write_costs(parent, NEXT_PAGE, 'p', 0);
	shows(child, NEXT_PAGE, 'd', "child");
}

TEST(path_generations_see_what_was_there_when_they_were_forked)
{
	struct frame *a = a_root(), *b, *c;

	map_frame(a, VA, RW, false);
	map_frame(a, NEXT_L2, RW, false);
	write_through(a, VA, '1');
	write_through(a, NEXT_L2, 'x');
	b = a_root_fork(a);
	write_through(b, VA, '2');
	c = a_root_fork(b);
	write_through(b, VA, '3');
	write_through(a, VA, '0');
	write_through(c, NEXT_L2, 'z');
	shows(a, VA, '0', "first");
	shows(b, VA, '3', "second");
	shows(c, VA, '2', "third");
	shows(a, NEXT_L2, 'x', "first");
	shows(b, NEXT_L2, 'x', "second");
	shows(c, NEXT_L2, 'z', "third");
	check_all();
}

/* The second half of a table counts like the first; a root's does not. */
TEST(path_the_last_entries_of_a_table_count_too)
{
	const vaddr_t last =
		VA | 511 * PT_SPAN(3) | 511 * PT_SPAN(2) | 511 * PAGE_SIZE;
	struct frame *parent = a_root(), *child, *f;

	map_frame(parent, VA, RW, false);
	f = map_frame(parent, last, RW, false);
	child = a_root_fork(parent);
	write_through(child, VA, 'c');
	references(parent, last, 3, 2);
	write_through(child, last, 'l');
	expect_at(parent, last, page_at(parent, last) == f && f->refs == 1,
		  "the child has a page of its own there");
	shows(parent, last, 0, "parent");
	check_all();
}

/* ---- alone: the last owner does not copy */

TEST(alone_after_the_child_has_gone_nothing_is_copied)
{
	struct frame *parent = a_root(), *child;
	struct path before, after;

	map_frame(parent, VA, RW, false);
	map_frame(parent, NEXT_PAGE, RW, false);
	before = path_of(parent, VA);
	child = a_root_fork(parent);
	forget(child);
	pt_free(child);
	write_costs(parent, VA, 'a', 0);
	after = path_of(parent, VA);
	for (int level = 4; level > 0; level--)
		expect_at(parent, VA, after.to[level] == before.to[level],
			  "level %d: nobody else points there, the frame must "
			  "stay",
			  level);
	w_at_all_levels(parent, VA);
	expect_at(parent, NEXT_PAGE, mmu_access(NEXT_PAGE, PROT_WRITE),
		  "the path is the parent's own again: the next page needs no "
		  "fault");
}

TEST(alone_when_the_other_has_copied_the_page_stays)
{
	struct frame *parent = a_root(), *child, *f;

	f = map_frame(parent, VA, RW, false);
	child = a_root_fork(parent);
	write_costs(child, VA, 'c', 4);
	write_costs(parent, VA, 'p', 0);
	expect_at(parent, VA, page_at(parent, VA) == f,
		  "the first owner keeps its frame");
	w_at_all_levels(parent, VA);
	w_at_all_levels(child, VA);
	shows(child, VA, 'c', "child");
}

TEST(alone_when_the_other_has_unmapped_the_page_stays)
{
	struct frame *parent = a_root(), *child, *f;

	f = map_frame(parent, VA, RW, false);
	map_frame(parent, NEXT_PAGE, RW, false);
	child = a_root_fork(parent);
	must(pt_unmap(child, VA, NEXT_PAGE));
	write_costs(parent, VA, 'p', 0);
	expect_at(parent, VA, page_at(parent, VA) == f, "the frame must stay");
}

TEST(alone_writing_twice_costs_once)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, false);
	child = a_root_fork(parent);
	write_costs(child, VA, 'a', 4);
	must(pt_own(child, VA));
	write_costs(child, VA, 'b', 0);
}

/* ---- shared: writes that are meant to be seen */

TEST(shared_pages_are_one_whoever_writes)
{
	struct frame *parent = a_root(), *child, *f;

	f = map_frame(parent, VA, RW, true);
	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	write_costs(child, VA, 'b', 3); /* tables of its own, no page */
	expect_at(child, VA, page_at(child, VA) == f,
		  "a page of a shared mapping (PTE_SHARED) is never copied");
	shows(parent, VA, 'b', "parent");
	write_costs(parent, VA, 'c', 0);
	shows(child, VA, 'c', "child");
	references(child, VA, 1, 2);
}

TEST(shared_and_private_pages_live_in_one_table)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, true);
	map_frame(parent, NEXT_PAGE, RW, false);
	write_through(parent, VA, 's');
	write_through(parent, NEXT_PAGE, 'p');
	child = a_root_fork(parent);
	write_through(child, VA, 'S');
	write_through(child, NEXT_PAGE, 'c');
	shows(parent, VA, 'S', "parent");
	shows(parent, NEXT_PAGE, 'p', "parent");
	check_all();
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(path_a_write_copies_three_tables_and_one_page),
		CLAIM_ONCE(path_what_lies_beside_it_stays_shared),
		CLAIM_ONCE(
			path_the_neighbour_of_a_copied_page_is_still_protected),
		CLAIM_ONCE(
			path_generations_see_what_was_there_when_they_were_forked),
		CLAIM_ONCE(path_the_last_entries_of_a_table_count_too),
		CLAIM_ONCE(alone_after_the_child_has_gone_nothing_is_copied),
		CLAIM_ONCE(alone_when_the_other_has_copied_the_page_stays),
		CLAIM_ONCE(alone_when_the_other_has_unmapped_the_page_stays),
		CLAIM_ONCE(alone_writing_twice_costs_once),
		CLAIM_ONCE(shared_pages_are_one_whoever_writes),
		CLAIM_ONCE(shared_and_private_pages_live_in_one_table),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
