/*
 * Sets of regions: finding, gaps, and what they cost.
 */
#include "hostile.h"

#include "mm/layout.h"
#include "mm/region.h"

enum {
	REGIONS = 10000,
	SMALL = 64, /* pages of the world that is compared with a bitmap */
	RANDOM_TURNS = 20000,
	SEARCHES = 300000,
};

static struct region region[REGIONS];
static struct region_set set;

static int
setup(void **state)
{
	(void)state;
	region_set_init(&set);
	return 0;
}

static struct region *
put(size_t i, vaddr_t start, uint64_t pages)
{
	region[i] = (struct region){
		.start = start,
		.end = start + pages * PAGE_SIZE,
	};
	region_insert(&set, &region[i]);
	return &region[i];
}

static void
a_region_holds_its_first_and_last_byte_and_no_other(void **state)
{
	struct region *r = put(0, 0x400000, 3);

	(void)state;
	assert_ptr_equal(region_find(&set, 0x400000), r);
	assert_ptr_equal(region_find(&set, 0x402fff), r);
	assert_null(region_find(&set, 0x3fffff));
	assert_null(region_find(&set, 0x403000));
}

static void
neighbours_are_found_on_both_sides(void **state)
{
	struct region *low = put(0, 0x400000, 1), *high = put(1, 0x600000, 2);

	(void)state;
	assert_ptr_equal(region_at_or_after(&set, 0), low);
	assert_ptr_equal(region_at_or_after(&set, 0x400fff), low);
	assert_ptr_equal(region_at_or_after(&set, 0x401000), high);
	assert_null(region_at_or_after(&set, 0x602000));
	assert_null(region_below(&set, low));
	assert_ptr_equal(region_below(&set, high), low);
	assert_ptr_equal(region_below(&set, NULL), high);
	assert_ptr_equal(low->next, high);
	assert_ptr_equal(high->prev, low);
}

static void
the_highest_gap_that_fits_below_the_ceiling_wins(void **state)
{
	(void)state;
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0x800000), 0x7ff000);
	put(0, 0x400000, 1);
	put(1, 0x402000, 1);
	put(2, 0x500000, 1);
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0x501000), 0x4ff000);
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0x403000), 0x401000);
	assert_int_equal(region_gap(&set, 2 * PAGE_SIZE, 0x403000), 0x3fe000);
	assert_int_equal(region_gap(&set, 0x3f0000, 0x403000), USER_START);
	assert_int_equal(region_gap(&set, 0x3f1000, 0x403000), 0);
	assert_int_equal(region_gap(&set, PAGE_SIZE, USER_START), 0);
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0), 0);
	assert_int_equal(region_gap(&set, USER_END, USER_END), 0);
}

static void
resizing_moves_the_gap(void **state)
{
	struct region *r = put(0, 0x400000, 1);

	(void)state;
	put(1, 0x410000, 1);
	region_resize(&set, r, 0x410000);
	assert_true(region_set_audit(&set));
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0x411000), 0x3ff000);
	region_resize(&set, r, 0x401000);
	assert_true(region_set_audit(&set));
	assert_int_equal(region_gap(&set, PAGE_SIZE, 0x411000), 0x40f000);
}

/* The world of the random test: SMALL pages from USER_START, true: taken. */
static bool taken[SMALL];

static vaddr_t
address(uint64_t page)
{
	return USER_START + page * PAGE_SIZE;
}

static vaddr_t
slow_gap(uint64_t pages, uint64_t ceiling)
{
	for (uint64_t end = ceiling; end >= pages; end--) {
		uint64_t start = end - pages, i = start;

		while (i < end && !taken[i])
			i++;
		if (i == end)
			return address(start);
	}
	return 0;
}

static void
compare_with_bitmap(void)
{
	uint64_t pages = 1 + random_below(9), ceiling = random_below(SMALL + 1);
	uint64_t page = random_below(SMALL);
	const struct region *r = region_find(&set, address(page) + 17);

	assert_int_equal(r != NULL, taken[page]);
	assert_int_equal(region_gap(&set, pages * PAGE_SIZE, address(ceiling)),
			 slow_gap(pages, ceiling));
	assert_true(region_set_audit(&set));
}

static void
put_or_take(void)
{
	uint64_t start = random_below(SMALL), i = start;
	struct region *r = region_find(&set, address(start));

	if (r) {
		for (i = 0; i < SMALL; i++)
			if (address(i) >= r->start && address(i) < r->end)
				taken[i] = false;
		region_remove(&set, r);
		return;
	}
	do
		taken[i++] = true;
	while (i < SMALL && !taken[i] && random_below(4) > 0);
	put(start, address(start), i - start);
}

static void
random_sets_agree_with_a_bitmap(void **state)
{
	(void)state;
	random_start(0x4e6);
	for (int turn = 0; turn < RANDOM_TURNS; turn++) {
		put_or_take();
		compare_with_bitmap();
	}
}

static void
ten_thousand_regions_cost_no_more_than_the_height_of_the_tree(void **state)
{
	(void)state;
	for (size_t i = 0; i < REGIONS; i++) {
		size_t at = i * 7919 % REGIONS;

		put(at, 0x400000 + at * 2 * PAGE_SIZE, 1);
	}
	assert_in_range(tree_height(set.tree.root), 14, 21);
	assert_true(region_set_audit(&set));
	/* Gaps of three pages that are gone again leave bounds that are too
	 * high. */
	for (size_t i = 1; i < REGIONS; i += 2)
		region_remove(&set, &region[i]);
	assert_true(region_set_audit(&set));
	for (size_t i = 1; i < REGIONS; i += 2)
		region_insert(&set, &region[i]);
	/* No gap of two pages between any. A search that looked at all regions
	 * would take minutes here. */
	for (uint64_t i = 1; i <= SEARCHES; i++)
		assert_int_equal(region_gap(&set, 2 * PAGE_SIZE,
					    0x400000 + i % REGIONS * PAGE_SIZE),
				 0x3fe000);
	assert_true(region_set_audit(&set));
	assert_int_equal(set.count, REGIONS);
}

/* How many bounds promise a gap of len bytes. */
static size_t
promises(const struct tree_node *n, uint64_t len)
{
	if (tree_bound(n) < len)
		return 0;
	return 1 + promises(n->left, len) + promises(n->right, len);
}

static void
a_search_in_vain_leaves_nothing_that_promises_what_it_sought(void **state)
{
	(void)state;
	for (size_t i = 0; i < REGIONS; i++)
		put(i, USER_START + i * 2 * PAGE_SIZE, 1);
	for (size_t i = 0; i < REGIONS; i++)
		region_resize(&set, &region[i], region[i].end + PAGE_SIZE);
	assert_in_range(promises(set.tree.root, PAGE_SIZE), REGIONS / 2,
			REGIONS);
	assert_int_equal(region_gap(&set, PAGE_SIZE, region[REGIONS - 1].end),
			 0);
	assert_int_equal(promises(set.tree.root, PAGE_SIZE), 0);
	region_resize(&set, &region[7], region[7].end - PAGE_SIZE);
	assert_in_range(promises(set.tree.root, PAGE_SIZE), 1, 21);
	assert_true(region_set_audit(&set));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			a_region_holds_its_first_and_last_byte_and_no_other,
			setup),
		cmocka_unit_test_setup(neighbours_are_found_on_both_sides,
				       setup),
		cmocka_unit_test_setup(
			the_highest_gap_that_fits_below_the_ceiling_wins,
			setup),
		cmocka_unit_test_setup(resizing_moves_the_gap, setup),
		cmocka_unit_test_setup(random_sets_agree_with_a_bitmap, setup),
		cmocka_unit_test_setup(
			ten_thousand_regions_cost_no_more_than_the_height_of_the_tree,
			setup),
		cmocka_unit_test_setup(
			a_search_in_vain_leaves_nothing_that_promises_what_it_sought,
			setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
