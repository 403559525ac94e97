/*
 * Page tables: sharing at every level, and what it costs.
 */
#include "harness.h"
#include "machine.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mmu.h"

#define VA   0x400000ul
#define RW   (PROT_READ | PROT_WRITE)
#define HIGH (USER_END - PAGE_SIZE)

/* Maps a new frame that only the table holds. */
static struct frame *
map_frame(struct frame *root, vaddr_t va, int prot, bool shared)
{
	struct frame *f = a_frame();

	must(pt_map(root, va, f, prot, shared));
	forget(f);
	return f;
}

static void
write_through(struct frame *root, vaddr_t va, char byte)
{
	char *at;

	pt_activate(root);
	at = mmu_access(va, PROT_WRITE);
	if (!at) {
		must(pt_own(root, va));
		at = mmu_access(va, PROT_WRITE);
	}
	assert_non_null(at);
	*at = byte;
}

static char
read_through(struct frame *root, vaddr_t va)
{
	const char *at;

	pt_activate(root);
	at = mmu_access(va, PROT_READ);
	assert_non_null(at);
	return *at;
}

TEST(a_new_root_shows_nothing_and_costs_one_frame)
{
	size_t before = frames_free();
	struct frame *root = a_root();
	struct pt_page page;

	assert_int_equal(before - frames_free(), 1);
	assert_false(pt_next(root, 0, 1ul << 47, &page));
	assert_false(pt_lookup(root, VA, &page));
}

TEST(a_mapped_page_is_found_with_its_rights_and_nothing_else_is)
{
	struct frame *root = a_root(), *f = map_frame(root, VA, RW, false);
	struct pt_page page;

	assert_true(pt_lookup(root, VA + 5, &page));
	assert_true(page.va == VA && page.frame == f && page.prot == RW);
	assert_false(page.shared || page.accessed || page.dirty);
	assert_false(pt_lookup(root, VA + PAGE_SIZE, &page));
	assert_true(pt_allows(root, VA, PROT_WRITE));
	assert_false(pt_allows(root, VA, PROT_EXEC));
}

TEST(the_mmu_agrees_with_every_combination_of_rights)
{
	struct frame *root = a_root();

	for (int prot = 0; prot < 8; prot++)
		map_frame(root, VA + (vaddr_t)prot * PAGE_SIZE, prot, false);
	pt_activate(root);
	for (int i = 0; i < 8 * 3; i++) {
		static const int access[] = {PROT_READ, PROT_WRITE, PROT_EXEC};
		int prot = i / 3, a = access[i % 3];
		vaddr_t va = VA + (vaddr_t)prot * PAGE_SIZE;
		bool allowed = mmu_access(va, a) != NULL;

		assert_int_equal(allowed, pt_allows(root, va, a));
		assert_int_equal(allowed,
				 a == PROT_READ ? prot != 0 : (prot & a) != 0);
	}
}

TEST(fork_takes_one_frame_for_sixteen_pages)
{
	struct frame *root = a_root();
	size_t before;

	for (vaddr_t i = 0; i < 16; i++)
		map_frame(root, VA + i * PAGE_SIZE, RW, false);
	before = frames_free();
	a_root_fork(root);
	assert_int_equal(before - frames_free(), 1);
}

TEST(fork_takes_one_frame_for_a_gigabyte)
{
	struct frame *root = a_root(), *f = a_frame();
	uint64_t step = few_or(PT_SPAN(2), PAGE_SIZE);
	size_t before;

	for (vaddr_t va = PT_SPAN(3); va < 2 * PT_SPAN(3); va += step) {
		must(pt_map(root, va, f, PROT_READ, false));
		frame_get(f);
	}
	before = frames_free();
	a_root_fork(root);
	assert_int_equal(before - frames_free(), 1);
	assert_int_equal(f->refs, 1 + PT_SPAN(3) / step);
}

TEST(fork_then_write_copies_once_and_the_last_owner_keeps_the_page)
{
	struct frame *parent = a_root(), *child;
	struct frame *f = map_frame(parent, VA, RW, false);
	struct pt_page page;
	size_t before;

	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	assert_false(pt_allows(parent, VA, PROT_WRITE));
	assert_false(pt_allows(child, VA, PROT_WRITE));
	before = frames_free();
	write_through(child, VA, 'b');
	assert_int_equal(before - frames_free(), 4); /* 3 tables, 1 page */
	before = frames_free();
	write_through(parent, VA, 'c');
	assert_int_equal(frames_free(), before);
	assert_true(pt_lookup(parent, VA, &page) && page.frame == f);
	assert_int_equal(read_through(child, VA), 'b');
	assert_int_equal(read_through(parent, VA), 'c');
}

TEST(after_the_child_has_gone_the_parent_owns_without_a_copy)
{
	struct frame *parent = a_root(), *child;
	size_t before;

	map_frame(parent, VA, RW, false);
	map_frame(parent, VA + PAGE_SIZE, RW, false);
	child = a_root_fork(parent);
	forget(child);
	pt_free(child);
	before = frames_free();
	write_through(parent, VA, 'a');
	assert_int_equal(frames_free(), before);
	assert_true(pt_allows(parent, VA + PAGE_SIZE, PROT_WRITE));
}

TEST(a_shared_page_is_one_page_after_fork_whoever_writes)
{
	struct frame *parent = a_root(), *child;
	struct frame *f = map_frame(parent, VA, RW, true);
	struct pt_page page;

	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	write_through(child, VA, 'b');
	assert_int_equal(read_through(parent, VA), 'b');
	write_through(parent, VA, 'c');
	assert_int_equal(read_through(child, VA), 'c');
	assert_true(pt_lookup(child, VA, &page) && page.shared);
	assert_true(page.frame == f);
}

TEST(a_grandchild_sees_what_was_there_when_it_was_forked)
{
	struct frame *a = a_root(), *b, *c;

	map_frame(a, VA, RW, false);
	write_through(a, VA, '1');
	b = a_root_fork(a);
	write_through(b, VA, '2');
	c = a_root_fork(b);
	write_through(b, VA, '3');
	write_through(a, VA, '0');
	assert_int_equal(read_through(a, VA), '0');
	assert_int_equal(read_through(b, VA), '3');
	assert_int_equal(read_through(c, VA), '2');
}

TEST(a_write_next_to_a_shared_page_leaves_the_neighbour_shared)
{
	struct frame *parent = a_root(), *child;
	struct pt_page one, other;

	map_frame(parent, VA, RW, false);
	map_frame(parent, VA + PAGE_SIZE, RW, false);
	child = a_root_fork(parent);
	write_through(child, VA, 'x');
	assert_true(pt_lookup(parent, VA + PAGE_SIZE, &one));
	assert_true(pt_lookup(child, VA + PAGE_SIZE, &other));
	assert_true(one.frame == other.frame);
	assert_int_equal(one.frame->refs, 2);
	assert_false(one.prot & PROT_WRITE);
	assert_false(other.prot & PROT_WRITE);
}

TEST(unmapping_in_the_child_leaves_the_parent_alone)
{
	struct frame *parent = a_root(), *child;
	struct pt_page page;

	for (vaddr_t i = 0; i < 4; i++)
		map_frame(parent, VA + i * PAGE_SIZE, RW, false);
	child = a_root_fork(parent);
	pt_activate(child);
	read_through(child, VA + PAGE_SIZE);
	must(pt_unmap(child, VA + PAGE_SIZE, VA + 3 * PAGE_SIZE));
	assert_null(mmu_access(VA + PAGE_SIZE, PROT_READ));
	for (vaddr_t i = 0; i < 4; i++) {
		vaddr_t va = VA + i * PAGE_SIZE;

		assert_true(pt_lookup(parent, va, &page));
		assert_int_equal(pt_lookup(child, va, &page), i % 3 == 0);
	}
}

TEST(unmapping_whole_root_entries_takes_no_frame_and_frees_all)
{
	struct frame *root = a_root();
	size_t before = frames_free();
	unsigned asked;

	map_frame(root, PT_SPAN(4), RW, false);
	map_frame(root, 2 * PT_SPAN(4) - PAGE_SIZE, RW, false);
	asked = machine_asked();
	assert_int_equal(pt_unmap(root, PT_SPAN(4), 2 * PT_SPAN(4)), 0);
	assert_int_equal(machine_asked(), asked);
	assert_int_equal(frames_free(), before);
}

TEST(unmapping_everything_that_can_be_mapped_works)
{
	struct frame *root = a_root();
	struct pt_page page;

	map_frame(root, 0, RW, false);
	map_frame(root, HIGH, RW, false);
	must(pt_unmap(root, 0, PT_SPAN(PT_LEVELS + 1) / 2));
	assert_false(pt_next(root, 0, PT_SPAN(PT_LEVELS + 1) / 2, &page));
}

TEST(protect_takes_rights_from_this_root_only)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	write_through(child, VA, 'b');
	must(pt_protect(child, VA, VA + PAGE_SIZE, PROT_READ));
	assert_null(mmu_access(VA, PROT_WRITE));
	write_through(parent, VA, 'c');
	assert_int_equal(read_through(child, VA), 'b');
}

TEST(protect_none_keeps_the_contents_out_of_reach)
{
	struct frame *root = a_root();

	map_frame(root, VA, RW, false);
	write_through(root, VA, 'a');
	must(pt_protect(root, VA, VA + PAGE_SIZE, PROT_NONE));
	assert_null(mmu_access(VA, PROT_READ));
	assert_false(pt_allows(root, VA, PROT_READ));
	must(pt_protect(root, VA, VA + PAGE_SIZE, PROT_READ));
	assert_int_equal(read_through(root, VA), 'a');
}

TEST(protect_never_lets_a_write_reach_a_page_that_others_see)
{
	struct frame *parent = a_root(), *child;

	map_frame(parent, VA, PROT_READ, false);
	child = a_root_fork(parent);
	must(pt_protect(parent, VA, VA + PAGE_SIZE, RW));
	assert_false(pt_allows(parent, VA, PROT_WRITE));
	write_through(parent, VA, 'p');
	assert_int_equal(read_through(child, VA), 0);
}

TEST(moving_takes_no_page_and_leaves_none_behind)
{
	struct frame *root = a_root(), *f = map_frame(root, VA, RW, false);
	vaddr_t to = PT_SPAN(4) - PAGE_SIZE; /* across tables of every level */
	struct pt_page page;
	size_t tables, pages;

	map_frame(root, VA + PAGE_SIZE, PROT_READ, false);
	map_frame(root, VA + 4 * PAGE_SIZE, RW, true);
	write_through(root, VA, 'a');
	tables = frame_count(FRAME_TABLE);
	pages = frame_count(FRAME_PAGE);
	must(pt_move(root, VA, VA + 5 * PAGE_SIZE, to));
	assert_int_equal(frame_count(FRAME_PAGE), pages);
	assert_int_equal(frame_count(FRAME_TABLE), tables + 5);
	assert_null(mmu_access(VA, PROT_READ));
	assert_false(pt_next(root, 0, to, &page));
	assert_true(pt_lookup(root, to, &page) && page.frame == f);
	assert_int_equal(read_through(root, to), 'a');
	assert_non_null(mmu_access(to, PROT_WRITE));
	assert_false(pt_allows(root, to + PAGE_SIZE, PROT_WRITE));
	assert_false(pt_lookup(root, to + 2 * PAGE_SIZE, &page));
	assert_true(pt_lookup(root, to + 4 * PAGE_SIZE, &page) && page.shared);
}

TEST(moving_in_the_child_leaves_the_parent_alone)
{
	struct frame *parent = a_root(), *child;
	struct pt_page page;

	map_frame(parent, VA, RW, false);
	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	pt_activate(child);
	assert_non_null(mmu_access(VA, PROT_READ));
	must(pt_move(child, VA, VA + PAGE_SIZE, 2 * VA));
	assert_null(mmu_access(VA, PROT_READ));
	assert_false(pt_allows(child, 2 * VA, PROT_WRITE));
	write_through(child, 2 * VA, 'b');
	assert_int_equal(read_through(parent, VA), 'a');
	assert_false(pt_lookup(parent, 2 * VA, &page));
}

TEST(pages_and_tables_are_counted)
{
	struct frame *root = a_root();
	size_t tables;

	assert_int_equal(pt_count(root, &tables), 0);
	assert_int_equal(tables, 1);
	map_frame(root, VA, RW, false);
	map_frame(root, VA + PAGE_SIZE, RW, false);
	map_frame(root, VA + PT_SPAN(2), RW, false);
	assert_int_equal(pt_count(root, &tables), 3);
	assert_int_equal(tables, 5);
}

TEST(next_finds_pages_in_order_across_all_levels)
{
	static const vaddr_t at[] = {VA, VA + PT_SPAN(2), PT_SPAN(3),
				     PT_SPAN(4) + VA, HIGH};
	struct frame *root = a_root();
	struct pt_page page;
	vaddr_t va = 0;

	for (size_t i = COUNT(at); i-- > 0;)
		map_frame(root, at[i], RW, false);
	for (size_t i = 0; i < COUNT(at); i++) {
		assert_true(pt_next(root, va, USER_END, &page));
		assert_int_equal(page.va, at[i]);
		assert_false(pt_next(root, va, at[i], &page));
		va = at[i] + PAGE_SIZE;
	}
	assert_false(pt_next(root, va, USER_END, &page));
}

TEST(a_trace_names_the_entry_that_is_missing)
{
	struct frame *root = a_root(), *f = map_frame(root, VA, RW, false);
	struct pt_trace trace;

	pt_trace(root, VA, &trace);
	assert_int_equal(trace.depth, 4);
	assert_int_equal(trace.frame[3], frame_number(f));
	assert_int_equal(trace.refs[3], 1);
	pt_trace(root, VA + PT_SPAN(2), &trace);
	assert_int_equal(trace.depth, 3);
	pt_trace(root, VA + PT_SPAN(4), &trace);
	assert_int_equal(trace.depth, 1);
	assert_int_equal(trace.entry[0], 0);
}

TEST(fork_copies_the_kernel_half)
{
	struct frame *root = a_root(), *child = a_root_fork(root);
	const char *kernel = frame_page(pt_kernel_root());

	assert_memory_equal((char *)frame_page(child) + PAGE_SIZE / 2,
			    kernel + PAGE_SIZE / 2, PAGE_SIZE / 2);
}

TEST(accessed_and_dirty_survive_a_copied_path_and_new_rights)
{
	struct frame *parent = a_root(), *child;
	struct pt_page page;

	map_frame(parent, VA, RW, false);
	map_frame(parent, VA + PAGE_SIZE, RW, false);
	write_through(parent, VA, 'a');
	child = a_root_fork(parent);
	write_through(child, VA + PAGE_SIZE, 'b');
	assert_true(pt_lookup(child, VA, &page));
	assert_true(page.accessed && page.dirty);
	must(pt_protect(child, VA, VA + PAGE_SIZE, PROT_READ));
	assert_true(pt_lookup(child, VA, &page));
	assert_true(page.accessed && page.dirty);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_new_root_shows_nothing_and_costs_one_frame),
		CLAIM(a_mapped_page_is_found_with_its_rights_and_nothing_else_is),
		CLAIM(the_mmu_agrees_with_every_combination_of_rights),
		CLAIM(fork_takes_one_frame_for_sixteen_pages),
		CLAIM(fork_takes_one_frame_for_a_gigabyte),
		CLAIM(fork_then_write_copies_once_and_the_last_owner_keeps_the_page),
		CLAIM(after_the_child_has_gone_the_parent_owns_without_a_copy),
		CLAIM(a_shared_page_is_one_page_after_fork_whoever_writes),
		CLAIM(a_grandchild_sees_what_was_there_when_it_was_forked),
		CLAIM(a_write_next_to_a_shared_page_leaves_the_neighbour_shared),
		CLAIM(unmapping_in_the_child_leaves_the_parent_alone),
		CLAIM(unmapping_whole_root_entries_takes_no_frame_and_frees_all),
		CLAIM(unmapping_everything_that_can_be_mapped_works),
		CLAIM(protect_takes_rights_from_this_root_only),
		CLAIM(protect_none_keeps_the_contents_out_of_reach),
		CLAIM(protect_never_lets_a_write_reach_a_page_that_others_see),
		CLAIM(moving_takes_no_page_and_leaves_none_behind),
		CLAIM(moving_in_the_child_leaves_the_parent_alone),
		CLAIM(pages_and_tables_are_counted),
		CLAIM(next_finds_pages_in_order_across_all_levels),
		CLAIM(a_trace_names_the_entry_that_is_missing),
		CLAIM(fork_copies_the_kernel_half),
		CLAIM(accessed_and_dirty_survive_a_copied_path_and_new_rights),
	};

	return RUN(tests);
}
