/*
 * Every cut of every kind of mapping: unmapped, protected, replaced; new maps,
 * rights that may not be, merging.
 */
#include "cases.h"

static void
unmap_cut(const struct cut *c)
{
	size_t before = frame_count(FRAME_PAGE), gone;

	name_cut(c, "unmap");
	must_be(space_unmap(space, model_address(first_page(c)),
			    page_count(c) * PAGE_SIZE),
		0, "space_unmap");
	model_unmap(&model, first_page(c), page_count(c));
	gone = before - frame_count(FRAME_PAGE);
	if (c->kind->store < 0 && c->touched == ALL_WRITTEN &&
	    gone != page_count(c))
		fail_msg("%s: %zd page frames were freed, should be %u", what,
			 (ssize_t)gone, page_count(c));
}

TEST(cut_out_of_every_part_leaves_the_rest_as_it_was)
{
	every_cut(unmap_cut);
}

static void
protect_cut(const struct cut *c, int prot)
{
	size_t before = frame_count(FRAME_PAGE);

	must_be(space_protect(space, model_address(first_page(c)),
			      page_count(c) * PAGE_SIZE, prot),
		0, "space_protect");
	must_be(model_protect(&model, first_page(c), page_count(c), prot), 0,
		"the model");
	if (frame_count(FRAME_PAGE) != before)
		fail_msg("%s: page frames in use went from %zu to %zu; rights "
			 "change no contents",
			 what, before, frame_count(FRAME_PAGE));
}

static void
protect_none(const struct cut *c)
{
	name_cut(c, "PROT_NONE for");
	protect_cut(c, PROT_NONE);
}

static void
protect_read(const struct cut *c)
{
	name_cut(c, "PROT_READ for");
	protect_cut(c, R);
}

static void
protect_exec_and_back(const struct cut *c)
{
	name_cut(c, "r-x, then rw- again, for");
	protect_cut(c, RX);
	protect_cut(c, RW);
	if (space->regions.count != 1)
		fail_msg("%s: all pages have the same rights and source again, "
			 "and there are %zu regions, should be 1",
			 what, space->regions.count);
}

TEST(rights_none_of_every_cut_keeps_contents_out_of_reach)
{
	every_cut(protect_none);
}

TEST(rights_read_of_every_cut_changes_only_what_it_covers)
{
	every_cut(protect_read);
}

TEST(merge_after_changes_that_came_back)
{
	every_cut(protect_exec_and_back);
}

static void
replace_by_zeros(const struct cut *c)
{
	name_cut(c, "read-only zeros over");
	both_map(first_page(c), page_count(c), &kinds[0], R);
}

static void
replace_by_file(const struct cut *c)
{
	name_cut(c, "another file over");
	both_map(first_page(c), page_count(c), &kinds[1], RW);
}

TEST(replace_of_every_cut_by_zeros)
{
	every_cut(replace_by_zeros);
}

TEST(replace_of_every_cut_by_a_file)
{
	every_cut(replace_by_file);
}

/* A second cut of what a first one has left: offsets and fills add up. */
TEST(cut_out_of_what_a_cut_has_left)
{
	make_stores();
	for (unsigned i = 1; i < N * N * N; i++) {
		struct cut c = {&kinds[1 + i % 2], SOME_WRITTEN, i % N, N};
		struct cut d = {c.kind, c.touched, i / N % N, N};

		c.to = c.from + 1;
		d.to = (unsigned)min_u64(d.from + 1 + i / N / N, N);
		begin(c.kind, c.touched);
		name_cut(&c, "PROT_READ for");
		protect_cut(&c, R);
		unmap_cut(&d);
		compare();
		end();
	}
	check_all();
}

/* ---- Mapping */

TEST(new_map_makes_a_region_and_takes_no_page)
{
	make_stores();
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct store *st = kinds[k].store < 0
					   ? NULL
					   : model_store[kinds[k].store].store;
		size_t tables = frame_count(FRAME_TABLE);
		size_t pages = frame_count(FRAME_PAGE);

		begin(&kinds[k], NOTHING);
		assert_int_equal(space->regions.count, 1);
		assert_int_equal(space->regions.first->start,
				 model_address(FIRST));
		assert_int_equal(space->regions.first->end,
				 model_address(FIRST + N));
		if (st && st->refs != 2)
			fail_msg("%s: the store has %u references, should be "
				 "2: the file's and the region's",
				 what, st->refs);
		assert_int_equal(frame_count(FRAME_PAGE), pages);
		assert_int_equal(frame_count(FRAME_TABLE), tables + 1);
		compare();
		end();
	}
}

TEST(new_map_refuses_ranges_that_are_none)
{
	struct region like = anonymous(RW);
	vaddr_t va = model_address(FIRST);

	space = a_space();
	assert_int_equal(space_map(space, va, PAGE_SIZE, &like), 0);
	assert_int_equal(space_map(space, va + 1, PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_map(space, va, 0, &like), -EINVAL);
	assert_int_equal(space_map(space, 0, PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_map(space, va, -PAGE_SIZE, &like), -EINVAL);
	assert_int_equal(space_unmap(space, va, -va), -EINVAL);
	assert_int_equal(space_unmap(space, va + 1, PAGE_SIZE), -EINVAL);
	assert_int_equal(space_protect(space, USER_END, PAGE_SIZE, R), -ENOMEM);
	assert_int_equal(space_protect(space, va, 0, R), -ENOMEM);
	assert_int_equal(space->regions.count, 1);
}

/* The region's reference keeps a store whose file is closed and gone. */
TEST(new_map_and_each_part_of_a_split_hold_the_store)
{
	struct store *st;
	struct region like;

	make_stores();
	begin(&kinds[0], NOTHING);
	st = store_new(N * PAGE_SIZE);
	assert_non_null(st);
	like = showing(st, 0, RW, true);
	must_be(real_map(FIRST, N, &like), 0, "space_map");
	store_put(st);
	poke(space, model_address(FIRST), 0x11);
	poke(space, model_address(FIRST + 5), 0x55);
	must_be(space_unmap(space, model_address(FIRST + 2), 2 * PAGE_SIZE), 0,
		"space_unmap");
	if (st->refs != 2)
		fail_msg("a map in two pieces, its file closed: the store has "
			 "%u references, should be 2",
			 st->refs);
	must_be(space_unmap(space, model_address(FIRST), 2 * PAGE_SIZE), 0,
		"space_unmap");
	assert_int_equal(peek(space, model_address(FIRST + 5)), 0x55);
	check_all();
	end();
}

/* ---- Rights that may not be, holes */

TEST(rights_beyond_max_prot_or_over_a_hole_changes_nothing)
{
	struct region fixed;

	make_stores();
	begin(&kinds[3], ALL_WRITTEN);
	fixed = region_like(&kinds[0], R);
	fixed.max_prot = R;
	must_be(real_map(FIRST + 3, 1, &fixed), 0, "space_map");
	model_map(&model, FIRST + 3, 1, &fixed, -1);
	snprintf(what, sizeof(what), "page 3 may never be written");
	must_be(space_protect(space, model_address(FIRST), N * PAGE_SIZE,
			      RW | PROT_EXEC),
		-EACCES, "space_protect of all six");
	compare();
	must_be(space_unmap(space, model_address(FIRST + 4), PAGE_SIZE), 0,
		"space_unmap");
	model_unmap(&model, FIRST + 4, 1);
	snprintf(what, sizeof(what), "page 4 is a hole");
	must_be(space_protect(space, model_address(FIRST), N * PAGE_SIZE, R),
		-ENOMEM, "space_protect of all six");
	must_be(space_protect(space, model_address(FIRST + 4), PAGE_SIZE, R),
		-ENOMEM, "space_protect of the hole");
	must_be(space_protect(space, model_address(FIRST + 5), 2 * PAGE_SIZE,
			      R),
		-ENOMEM, "space_protect off the end");
	compare();
	end();
}

/* mprotect asks the region; the page table keeps its rule. */
TEST(rights_let_nobody_write_to_what_others_see)
{
	struct space *child;
	size_t pages;

	make_stores();
	begin(&kinds[0], ALL_WRITTEN);
	child = a_fork(space);
	pages = frame_count(FRAME_PAGE);
	for (int prot = R; prot <= RW; prot++)
		must_be(space_protect(child, model_address(FIRST + 1),
				      4 * PAGE_SIZE, prot),
			0, "space_protect in a child");
	if (frame_count(FRAME_PAGE) != pages)
		fail_msg("mprotect in a child took %zu page frames, should "
			 "take none: a page is copied when it is written",
			 frame_count(FRAME_PAGE) - pages);
	for (unsigned i = 1; i < 5; i++)
		if (pt_allows(child->root, model_address(FIRST + i),
			      PROT_WRITE))
			fail_msg("page %u: W for a page that the parent sees",
				 i);
	poke(child, model_address(FIRST + 1), 0x99);
	snprintf(what, sizeof(what),
		 "a child has made its pages r--, rw-, "
		 "and has written one");
	compare();
	check_all();
	end();
}

/* ---- Merging */

static void
regions_must_be(size_t wanted, const char *claim)
{
	if (space->regions.count != wanted)
		fail_msg("%s: %zu regions, should be %zu", claim,
			 space->regions.count, wanted);
}

TEST(merge_of_neighbours_that_go_on)
{
	struct kind file = kinds[1];

	make_stores();
	begin(&kinds[0], ALL_WRITTEN);
	both_map(FIRST + 2, 2, &kinds[0], RW);
	regions_must_be(1, "zeros mapped again in the middle of zeros");
	compare();
	both_map(FIRST, 2, &file, R);
	regions_must_be(2, "a file before zeros");
	file.offset += 2 * PAGE_SIZE;
	both_map(FIRST + 2, 2, &file, R);
	regions_must_be(2, "a file that goes on where its map ended");
	both_map(FIRST + 4, 2, &file, R);
	regions_must_be(2, "a file that goes on elsewhere, over the zeros");
	compare();
	file.offset += 2 * PAGE_SIZE;
	both_map(FIRST + 4, 2, &file, R);
	regions_must_be(1, "six pages of one file in three maps");
	compare();
	end();
}

TEST(merge_only_what_is_equal_in_every_respect)
{
	struct region like;

	make_stores();
	begin(&kinds[0], NOTHING);
	both_map(FIRST + 3, 3, &kinds[0], RX);
	regions_must_be(2, "rw- beside r-x");
	like = region_like(&kinds[0], RW);
	like.max_prot = RW;
	must_be(real_map(FIRST + 3, 3, &like), 0, "space_map");
	model_map(&model, FIRST + 3, 3, &like, -1);
	regions_must_be(2, "max_prot rwx beside max_prot rw-");
	compare();
	both_map(FIRST, 3, &kinds[1], RW);
	both_map(FIRST + 3, 3, &kinds[1], RW);
	regions_must_be(2, "twice the same pages of a file");
	compare();
	end();
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(new_map_makes_a_region_and_takes_no_page),
		CLAIM_ONCE(new_map_refuses_ranges_that_are_none),
		CLAIM_ONCE(new_map_and_each_part_of_a_split_hold_the_store),
		CLAIM_ONCE(cut_out_of_every_part_leaves_the_rest_as_it_was),
		CLAIM_ONCE(cut_out_of_what_a_cut_has_left),
		CLAIM_ONCE(
			rights_none_of_every_cut_keeps_contents_out_of_reach),
		CLAIM_ONCE(
			rights_read_of_every_cut_changes_only_what_it_covers),
		CLAIM_ONCE(
			rights_beyond_max_prot_or_over_a_hole_changes_nothing),
		CLAIM_ONCE(rights_let_nobody_write_to_what_others_see),
		CLAIM_ONCE(replace_of_every_cut_by_zeros),
		CLAIM_ONCE(replace_of_every_cut_by_a_file),
		CLAIM_ONCE(merge_after_changes_that_came_back),
		CLAIM_ONCE(merge_of_neighbours_that_go_on),
		CLAIM_ONCE(merge_only_what_is_equal_in_every_respect),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
