/*
 * Spaces: regions and page table changed together, or not at all.
 */
#include "harness.h"

#include "hostile.h"
#include "kernel/print.h"
#include "machine.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mmu.h"

#define VA 0x400000ul
#define R  PROT_READ
#define RW (PROT_READ | PROT_WRITE)

static void
poke_pages(struct space *s, vaddr_t va, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		poke(s, va + i * PAGE_SIZE, (uint8_t)(i + 1));
}

TEST(a_new_space_is_empty_and_leaves_no_trace)
{
	size_t free = frames_free();
	struct space *s = a_space();

	assert_int_equal(s->regions.count, 0);
	assert_int_equal(frame_count(FRAME_TABLE), 4 + 1); /* kernel's, root */
	space_put(s);
	assert_int_equal(frames_free(), free);
}

TEST(ranges_outside_user_memory_are_refused)
{
	struct space *s = a_space();
	struct region like = anonymous(RW);

	assert_int_equal(space_map(s, VA + 1, PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_map(s, VA, PAGE_SIZE + 1, &like), -EINVAL);
	assert_int_equal(space_map(s, VA, 0, &like), -EINVAL);
	assert_int_equal(space_map(s, 0, PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_map(s, USER_END, PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_map(s, VA, USER_END, &like), -EINVAL);
	assert_int_equal(space_map(s, VA, -PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_unmap(s, DIRECT_BASE, PAGE_SIZE), -EINVAL);
	assert_int_equal(space_unmap(s, VA, -VA), -EINVAL);
	assert_int_equal(space_protect(s, -PAGE_SIZE, PAGE_SIZE, R), -ENOMEM);
}

TEST(mapping_over_a_region_replaces_only_what_it_covers)
{
	struct space *s = a_space();

	map(s, VA, 5, anonymous(RW));
	poke_pages(s, VA, 5);
	map(s, VA + PAGE_SIZE, 3, anonymous(R));
	assert_int_equal(s->regions.count, 3);
	assert_int_equal(peek(s, VA), 1);
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE), 0);
	assert_int_equal(peek(s, VA + 4 * PAGE_SIZE), 5);
	assert_int_equal(touch(s, VA + PAGE_SIZE, PROT_WRITE), -EACCES);
}

TEST(neighbours_that_say_the_same_become_one_region)
{
	struct store *st = a_store(16 * PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 2, anonymous(RW));
	map(s, VA + 4 * PAGE_SIZE, 2, anonymous(RW));
	map(s, VA + 2 * PAGE_SIZE, 2, anonymous(RW));
	assert_int_equal(s->regions.count, 1);
	map(s, 2 * VA, 1, showing(st, 0, R, false));
	map(s, 2 * VA + PAGE_SIZE, 1, showing(st, PAGE_SIZE, R, false));
	assert_int_equal(s->regions.count, 2);
	map(s, 2 * VA + 2 * PAGE_SIZE, 1, showing(st, 0, R, false));
	assert_int_equal(s->regions.count, 3);
}

TEST(unmapping_gives_back_every_frame)
{
	struct space *s = a_space();
	size_t free = frames_free();

	map(s, VA, 700, anonymous(RW));
	for (vaddr_t i = 0; i < 700; i += 50)
		poke(s, VA + i * PAGE_SIZE, 1);
	must(space_unmap(s, VA, 700 * PAGE_SIZE));
	assert_int_equal(s->regions.count, 0);
	assert_int_equal(frames_free(), free);
	assert_int_equal(touch(s, VA, R), -EFAULT);
}

TEST(unmapping_the_middle_keeps_both_ends)
{
	struct space *s = a_space();

	map(s, VA, 5, anonymous(RW));
	poke_pages(s, VA, 5);
	must(space_unmap(s, VA + PAGE_SIZE, 3 * PAGE_SIZE));
	assert_int_equal(s->regions.count, 2);
	assert_int_equal(peek(s, VA), 1);
	assert_int_equal(touch(s, VA + 2 * PAGE_SIZE, R), -EFAULT);
	assert_int_equal(peek(s, VA + 4 * PAGE_SIZE), 5);
	must(space_unmap(s, USER_START, USER_END - USER_START));
	assert_int_equal(s->regions.count, 0);
}

TEST(protecting_the_middle_and_undoing_it_leaves_one_region)
{
	struct space *s = a_space();

	map(s, VA, 5, anonymous(RW));
	poke_pages(s, VA, 5);
	must(space_protect(s, VA + PAGE_SIZE, 2 * PAGE_SIZE, R));
	assert_int_equal(s->regions.count, 3);
	assert_int_equal(touch(s, VA + PAGE_SIZE, PROT_WRITE), -EACCES);
	poke(s, VA, 9);
	must(space_protect(s, VA + PAGE_SIZE, 2 * PAGE_SIZE, RW));
	assert_int_equal(s->regions.count, 1);
	poke(s, VA + PAGE_SIZE, 8);
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE), 3);
}

TEST(protecting_a_hole_or_beyond_max_prot_changes_nothing)
{
	struct space *s = a_space();
	struct region fixed = anonymous(R);

	fixed.max_prot = R;
	map(s, VA, 1, anonymous(RW));
	map(s, VA + PAGE_SIZE, 1, fixed);
	map(s, VA + 3 * PAGE_SIZE, 1, anonymous(RW));
	assert_int_equal(space_protect(s, VA, 2 * PAGE_SIZE, RW), -EACCES);
	assert_int_equal(space_protect(s, VA, 4 * PAGE_SIZE, R), -ENOMEM);
	poke(s, VA, 1);
	assert_int_equal(s->regions.count, 3);
}

TEST(rights_taken_away_are_gone_at_once_on_the_cpu_that_runs)
{
	struct space *s = a_space();

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 7);
	must(space_protect(s, VA, PAGE_SIZE, PROT_NONE));
	assert_int_equal(touch(s, VA, R), -EACCES);
	must(space_protect(s, VA, PAGE_SIZE, R));
	assert_int_equal(peek(s, VA), 7);
	assert_int_equal(touch(s, VA, PROT_WRITE), -EACCES);
}

TEST(a_fork_takes_as_many_frames_for_64_kib_as_for_4_mib)
{
	struct space *s = a_space();
	uint64_t step = few_or(16, 1);
	size_t tables, pages;

	map(s, VA, 1024, anonymous(RW));
	poke_pages(s, VA, 16);
	tables = frame_count(FRAME_TABLE);
	pages = frame_count(FRAME_PAGE);
	space_put(a_fork(s));
	for (vaddr_t i = 0; i < 1024; i += step)
		poke(s, VA + i * PAGE_SIZE, 1);
	a_fork(s);
	/* One more for the other 2 MiB, one for the child's root. */
	assert_int_equal(frame_count(FRAME_TABLE), tables + 1 + 1);
	assert_int_equal(frame_count(FRAME_PAGE), pages + (1024 - 16) / step);
}

TEST(a_child_has_the_same_regions_and_its_own_fate)
{
	struct space *s = a_space(), *child;

	map(s, VA, 3, anonymous(RW));
	poke_pages(s, VA, 3);
	child = a_fork(s);
	must(space_unmap(child, VA, PAGE_SIZE));
	must(space_protect(child, VA + PAGE_SIZE, PAGE_SIZE, R));
	assert_int_equal(peek(s, VA), 1);
	poke(s, VA + PAGE_SIZE, 22);
	assert_int_equal(peek(child, VA + PAGE_SIZE), 2);
	space_put(s);
	assert_int_equal(peek(child, VA + 2 * PAGE_SIZE), 3);
	poke(child, VA + 2 * PAGE_SIZE, 33);
}

TEST(freeing_a_space_drops_its_stores_and_pages)
{
	struct store *st = a_store(4 * PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 4, showing(st, 0, RW, true));
	assert_int_equal(st->refs, 2);
	poke(s, VA, 1);
	must(space_protect(s, VA + PAGE_SIZE, PAGE_SIZE, R));
	assert_int_equal(st->refs, 4);
	mmu_be(0);
	pt_activate(pt_kernel_root());
	space_put(s);
	assert_int_equal(st->refs, 1);
	assert_int_equal(store_peek(st, 0)->refs, 1);
}

TEST(a_region_that_moves_takes_its_pages_along)
{
	struct store *st = a_store(8 * PAGE_SIZE);
	struct space *s = a_space();
	vaddr_t to = 2 * VA;
	size_t pages;

	map(s, VA, 2, anonymous(RW));
	map(s, VA + 2 * PAGE_SIZE, 4, showing(st, 0, RW, true));
	poke_pages(s, VA, 6);
	pages = frame_count(FRAME_PAGE);
	must(space_move(s, VA + 3 * PAGE_SIZE, 2 * PAGE_SIZE, to,
			3 * PAGE_SIZE));
	assert_int_equal(frame_count(FRAME_PAGE), pages);
	assert_int_equal(touch(s, VA + 3 * PAGE_SIZE, R), -EFAULT);
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE), 3);
	assert_int_equal(peek(s, VA + 5 * PAGE_SIZE), 6);
	assert_int_equal(peek(s, to), 4);
	assert_int_equal(peek(s, to + PAGE_SIZE), 5);
	assert_int_equal(peek(s, to + 2 * PAGE_SIZE), 6); /* the store's */
	poke(s, to, 44);
	assert_int_equal(*(char *)frame_page(store_peek(st, 1)), 44);
	assert_int_equal(s->regions.count, 4);
}

TEST(a_move_and_a_move_back_leave_the_world_as_it_was)
{
	struct space *s = a_space();
	size_t free;

	map(s, VA, 8, anonymous(RW));
	poke_pages(s, VA, 8);
	free = frames_free();
	must(space_move(s, VA + PAGE_SIZE, 3 * PAGE_SIZE, PT_SPAN(3),
			3 * PAGE_SIZE));
	assert_int_equal(s->regions.count, 3);
	must(space_move(s, PT_SPAN(3), 3 * PAGE_SIZE, VA + PAGE_SIZE,
			3 * PAGE_SIZE));
	assert_int_equal(s->regions.count, 1);
	assert_int_equal(frames_free(), free);
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE), 3);
}

TEST(a_region_grows_into_free_space_only)
{
	struct store *st = a_store(2 * PAGE_SIZE);
	struct space *s = a_space();
	size_t free;

	map(s, VA, 1, showing(st, 0, RW, false));
	map(s, VA + 3 * PAGE_SIZE, 1, anonymous(RW));
	free = frames_free();
	must(space_grow(s, space_find(s, VA), 2 * PAGE_SIZE));
	assert_int_equal(space_grow(s, space_find(s, VA), PAGE_SIZE), -ENOMEM);
	assert_int_equal(space_grow(s, space_find(s, VA), -VA), -ENOMEM);
	assert_int_equal(
		space_grow(s, space_find(s, VA + 3 * PAGE_SIZE), USER_END),
		-ENOMEM);
	assert_int_equal(frames_free(), free);
	assert_int_equal(peek(s, VA + PAGE_SIZE), 0);
	assert_int_equal(touch(s, VA + 2 * PAGE_SIZE, R), -ENXIO);
	assert_int_equal(s->regions.bytes, 4 * PAGE_SIZE);
}

TEST(the_bytes_of_all_regions_are_known)
{
	struct space *s = a_space(), *child;

	map(s, VA, 5, anonymous(RW));
	map(s, VA + PAGE_SIZE, 1, anonymous(R));
	assert_int_equal(s->regions.bytes, 5 * PAGE_SIZE);
	must(space_unmap(s, VA + 3 * PAGE_SIZE, 9 * PAGE_SIZE));
	assert_int_equal(s->regions.bytes, 3 * PAGE_SIZE);
	child = a_fork(s);
	assert_int_equal(child->regions.bytes, 3 * PAGE_SIZE);
	must(space_unmap(child, VA, PAGE_SIZE));
	assert_int_equal(child->regions.bytes, 2 * PAGE_SIZE);
	assert_int_equal(s->regions.bytes, 3 * PAGE_SIZE);
}

TEST(a_gap_honours_a_free_hint_and_else_is_as_high_as_possible)
{
	struct space *s = a_space();
	vaddr_t top = s->map_top;

	assert_int_equal(space_gap(s, 0, PAGE_SIZE), top - PAGE_SIZE);
	assert_int_equal(space_gap(s, VA + 5, PAGE_SIZE), VA);
	map(s, VA, 2, anonymous(R));
	assert_int_equal(space_gap(s, VA + PAGE_SIZE, PAGE_SIZE),
			 top - PAGE_SIZE);
	assert_int_equal(space_gap(s, VA - PAGE_SIZE, 2 * PAGE_SIZE),
			 top - 2 * PAGE_SIZE);
	assert_int_equal(space_gap(s, VA - PAGE_SIZE, PAGE_SIZE),
			 VA - PAGE_SIZE);
	map(s, top - PAGE_SIZE, 1, anonymous(R));
	assert_int_equal(space_gap(s, 0, PAGE_SIZE), top - 2 * PAGE_SIZE);
	assert_int_equal(space_gap(s, 0, USER_END), 0);
	assert_int_equal(space_gap(s, UINT64_MAX, PAGE_SIZE),
			 top - 2 * PAGE_SIZE);
}

TEST(the_heap_grows_untouched_and_gives_back_what_it_loses)
{
	struct space *s = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	s->heap_start = s->heap_end = VA + 100;
	must(space_set_heap_end(s, VA + 3 * PAGE_SIZE + 1));
	assert_int_equal(frame_count(FRAME_PAGE), pages);
	poke(s, VA + PAGE_SIZE, 1);
	poke(s, VA + 3 * PAGE_SIZE, 1);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 2);
	must(space_set_heap_end(s, VA + 3 * PAGE_SIZE));
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1);
	assert_int_equal(touch(s, VA + 3 * PAGE_SIZE, R), -EFAULT);
	must(space_set_heap_end(s, VA + 4 * PAGE_SIZE));
	assert_int_equal(peek(s, VA + 3 * PAGE_SIZE), 0);
	assert_int_equal(s->regions.count, 1);
	must(space_set_heap_end(s, VA + 100));
	assert_int_equal(s->regions.count, 0);
}

TEST(the_heap_stops_at_what_is_in_the_way)
{
	struct space *s = a_space();

	s->heap_start = s->heap_end = VA;
	map(s, VA + 2 * PAGE_SIZE, 1, anonymous(R));
	assert_int_equal(space_set_heap_end(s, VA + 3 * PAGE_SIZE), -ENOMEM);
	assert_int_equal(space_set_heap_end(s, VA - 1), -ENOMEM);
	assert_int_equal(space_set_heap_end(s, UINT64_MAX), -ENOMEM);
	assert_int_equal(s->heap_end, VA);
	must(space_set_heap_end(s, VA + 2 * PAGE_SIZE));
}

TEST(all_spaces_can_be_visited)
{
	struct space *a = a_space(), *b = a_space();
	unsigned n = 0;

	for (struct space *s = space_next(NULL); s; s = space_next(s), n++)
		assert_true(s == a || s == b);
	assert_int_equal(n, 2);
}

TEST(ten_thousand_regions_are_a_normal_case)
{
	const uint64_t regions = few_or(1000, 10000);
	struct space *s = a_space();

	for (vaddr_t i = 0; i < regions; i++)
		map(s, VA + i * 2 * PAGE_SIZE, 1, anonymous(i % 2 ? R : RW));
	assert_int_equal(s->regions.count, regions);
	assert_in_range(tree_height(s->regions.tree.root), few_or(10, 14),
			few_or(14, 21));
	for (vaddr_t i = 0; i < regions; i += 1000)
		assert_int_equal(peek(s, VA + i * 2 * PAGE_SIZE), 0);
	space_put(a_fork(s));
	must(space_unmap(s, VA, regions * 2 * PAGE_SIZE));
	assert_int_equal(s->regions.count, 0);
}

TEST(the_end_of_a_region_takes_its_tables_along)
{
	const vaddr_t va = 4 * PT_SPAN(3);
	struct space *s = a_space();
	size_t tables = frame_count(FRAME_TABLE);

	map(s, va - PAGE_SIZE, 2, anonymous(RW));
	poke(s, va - PAGE_SIZE, 1);
	assert_int_equal(frame_count(FRAME_TABLE), tables + 3);
	poke(s, va, 2);
	assert_int_equal(frame_count(FRAME_TABLE), tables + 5);
	must(space_unmap(s, va, PAGE_SIZE));
	assert_int_equal(frame_count(FRAME_TABLE), tables + 3);
	assert_int_equal(peek(s, va - PAGE_SIZE), 1);
}

/* Whoever reads the events may believe each line at once. */
TEST(a_region_is_told_of_when_what_it_replaces_is_gone)
{
	struct space *s = a_space();

	map(s, VA, 4, anonymous(RW));
	events_on = true;
	map(s, VA + PAGE_SIZE, 1, anonymous(R));
	events_on = false;
	assert_memory_equal(machine_event(), "region-add ", 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(the_end_of_a_region_takes_its_tables_along),
		CLAIM_ONCE(a_region_is_told_of_when_what_it_replaces_is_gone),
		CLAIM(a_new_space_is_empty_and_leaves_no_trace),
		CLAIM(ranges_outside_user_memory_are_refused),
		CLAIM(mapping_over_a_region_replaces_only_what_it_covers),
		CLAIM(neighbours_that_say_the_same_become_one_region),
		CLAIM(unmapping_gives_back_every_frame),
		CLAIM(unmapping_the_middle_keeps_both_ends),
		CLAIM(protecting_the_middle_and_undoing_it_leaves_one_region),
		CLAIM(protecting_a_hole_or_beyond_max_prot_changes_nothing),
		CLAIM(rights_taken_away_are_gone_at_once_on_the_cpu_that_runs),
		CLAIM(a_fork_takes_as_many_frames_for_64_kib_as_for_4_mib),
		CLAIM(a_child_has_the_same_regions_and_its_own_fate),
		CLAIM(freeing_a_space_drops_its_stores_and_pages),
		CLAIM(a_region_that_moves_takes_its_pages_along),
		CLAIM(a_move_and_a_move_back_leave_the_world_as_it_was),
		CLAIM(a_region_grows_into_free_space_only),
		CLAIM(the_bytes_of_all_regions_are_known),
		CLAIM(a_gap_honours_a_free_hint_and_else_is_as_high_as_possible),
		CLAIM(the_heap_grows_untouched_and_gives_back_what_it_loses),
		CLAIM(the_heap_stops_at_what_is_in_the_way),
		CLAIM(all_spaces_can_be_visited),
		CLAIM(ten_thousand_regions_are_a_normal_case),
	};

	return RUN(tests);
}
