/*
 * Faults: what is refused, what is fetched, what is owned, and what that costs.
 */
#include "harness.h"

#include <string.h>

#include "machine.h"
#include "mm/fault.h"
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
#define RX (PROT_READ | PROT_EXEC)

/* Pages of a file in the module: page i is full of 'a' + i; the last has 100
 * bytes of that. */
static struct store *
a_file(uint64_t pages)
{
	char *module = machine_module();

	memset(module, 0, MODULE_FRAMES * PAGE_SIZE);
	for (uint64_t i = 0; i < pages; i++)
		memset(module + i * PAGE_SIZE, (int)('a' + i),
		       i + 1 < pages ? PAGE_SIZE : 100);
	return a_store_from(module, (pages - 1) * PAGE_SIZE + 100);
}

TEST(an_address_outside_all_regions_is_refused)
{
	struct space *s = a_space();

	map(s, VA, 1, anonymous(RW));
	assert_int_equal(touch(s, 0, R), -EFAULT);
	assert_int_equal(touch(s, VA - 1, R), -EFAULT);
	assert_int_equal(touch(s, VA + PAGE_SIZE, R), -EFAULT);
	assert_int_equal(space_fault(s, DIRECT_BASE, R), -EFAULT);
	assert_int_equal(space_fault(s, 1ul << 47, R), -EFAULT);
	assert_int_equal(space_fault(s, UINT64_MAX, PROT_WRITE), -EFAULT);
}

TEST(a_region_that_grows_down_reaches_what_is_touched_below_it)
{
	vaddr_t top = VA + 64 * STACK_SIZE;
	struct space *s = a_space();
	struct region stack = anonymous(RW);

	stack.grows_down = true;
	map(s, VA, 1, anonymous(RW));
	map(s, top, 1, stack);
	must_all(touch(s, top - 3 * PAGE_SIZE, PROT_WRITE));
	assert_int_equal(s->regions.count, 2); /* one with what was there */
	assert_int_equal(space_find(s, top)->start, top - 3 * PAGE_SIZE);
	assert_int_equal(touch(s, top - STACK_SIZE, R), -EFAULT);
	map(s, top - STACK_GUARD, 1, anonymous(R));
	assert_int_equal(touch(s, top - STACK_GUARD / 2, R), -EFAULT);
	assert_int_equal(touch(s, VA - PAGE_SIZE, R), -EFAULT);
}

static void
check_access(struct space *s, vaddr_t va, int access, bool allowed)
{
	if (allowed)
		must_all(touch(s, va, access));
	else
		assert_int_equal(touch(s, va, access), -EACCES);
}

TEST(every_access_is_allowed_or_refused_as_the_rights_say)
{
	struct space *s = a_space();

	for (int prot = 0; prot < 8; prot++)
		map(s, VA + (vaddr_t)prot * PAGE_SIZE, 1, anonymous(prot));
	for (int prot = 0; prot < 8; prot++) {
		vaddr_t va = VA + (vaddr_t)prot * PAGE_SIZE;

		check_access(s, va, R, prot != 0);
		check_access(s, va, PROT_EXEC, prot & PROT_EXEC);
		check_access(s, va, PROT_WRITE, prot & PROT_WRITE);
	}
}

TEST(a_refused_write_stays_refused_after_a_read)
{
	struct space *s = a_space();

	map(s, VA, 1, anonymous(R));
	assert_int_equal(touch(s, VA, PROT_WRITE), -EACCES);
	assert_int_equal(peek(s, VA), 0);
	assert_int_equal(touch(s, VA, PROT_WRITE), -EACCES);
	assert_int_equal(touch(s, VA, PROT_EXEC), -EACCES);
}

TEST(reading_untouched_memory_shows_the_one_frame_of_zeros)
{
	struct space *s = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 8, anonymous(RW));
	for (vaddr_t i = 0; i < 8; i++) {
		assert_int_equal(peek(s, VA + i * PAGE_SIZE + i), 0);
		assert_ptr_equal(frame_of_page(s, VA + i * PAGE_SIZE),
				 frame_zero);
	}
	assert_int_equal(frame_count(FRAME_PAGE), pages);
	assert_int_equal(frame_zero->refs, 1 + 8);
}

TEST(each_written_page_costs_one_frame_and_no_other_does)
{
	struct space *s = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 1000, anonymous(RW));
	poke(s, VA + 10 * PAGE_SIZE, 1);
	peek(s, VA + 20 * PAGE_SIZE);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1);
	poke(s, VA + 20 * PAGE_SIZE, 2);
	poke(s, VA + 20 * PAGE_SIZE + 1, 2);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 2);
	assert_int_equal(frame_zero->refs, 1);
	assert_int_equal(peek(s, VA + 20 * PAGE_SIZE + 2), 0);
}

TEST(a_page_of_a_file_is_the_modules_own_frame)
{
	struct store *st = a_file(4);
	struct space *s = a_space(), *other = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 4, showing(st, 0, RX, false));
	map(other, 2 * VA, 3, showing(st, PAGE_SIZE, R, false));
	assert_int_equal(peek(s, VA + PAGE_SIZE), 'b');
	assert_int_equal(peek(other, 2 * VA), 'b');
	assert_ptr_equal(frame_of_page(s, VA + PAGE_SIZE),
			 frame_of(machine_module() + PAGE_SIZE));
	assert_ptr_equal(frame_of_page(other, 2 * VA),
			 frame_of_page(s, VA + PAGE_SIZE));
	assert_null(frame_of_page(s, VA));
	assert_int_equal(frame_count(FRAME_PAGE), pages);
}

/* Reads pages 0, 1 and 2 of a map, in order. => how many pages are then there */
static unsigned
read_in_order(struct space *s, unsigned pages)
{
	unsigned there = 0;

	for (vaddr_t va = VA; va < VA + 3 * PAGE_SIZE; va += PAGE_SIZE)
		peek(s, va);
	for (unsigned i = 0; i < pages; i++)
		there += frame_of_page(s, VA + i * PAGE_SIZE) != NULL;
	return there;
}

TEST(the_third_page_in_order_brings_those_behind_it)
{
	struct store *st = a_file(40);
	struct space *s = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 40, showing(st, 0, R, false));
	peek(s, VA + 39 * PAGE_SIZE);
	assert_int_equal(read_in_order(s, 40), 16 + 1);
	assert_ptr_equal(frame_of_page(s, VA + 15 * PAGE_SIZE),
			 frame_of(machine_module() + 15 * PAGE_SIZE));
	peek(s, VA + 16 * PAGE_SIZE);
	assert_non_null(frame_of_page(s, VA + 31 * PAGE_SIZE));
	assert_null(frame_of_page(s, VA + 32 * PAGE_SIZE));
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1); /* the last */
}

TEST(nothing_is_brought_that_is_not_the_files_or_could_be_written)
{
	struct store *st = a_file(40);
	struct region data = showing(st, 0, RW, false);
	struct space *s = a_space();

	map(s, VA, 5, showing(st, 0, R, false));
	map(s, VA + 5 * PAGE_SIZE, 5, anonymous(R));
	assert_int_equal(read_in_order(s, 10), 5);
	data.filled = 4 * PAGE_SIZE + 1;
	map(s, VA, 10, data);
	assert_int_equal(read_in_order(s, 10), 4);
	poke(s, VA + 3 * PAGE_SIZE, '!');
	assert_int_equal(*(machine_module() + 3 * PAGE_SIZE), 'd');
	map(s, VA, 10, showing(st, 0, RW, true));
	assert_int_equal(read_in_order(s, 10), 3);
	fault_around = false;
	map(s, VA, 10, showing(st, 0, R, false));
	assert_int_equal(read_in_order(s, 10), 3);
	fault_around = true;
}

TEST(a_private_page_of_a_file_is_copied_by_the_first_write)
{
	struct store *st = a_file(2);
	struct space *s = a_space(), *other = a_space();

	map(s, VA, 2, showing(st, 0, RW, false));
	map(other, VA, 2, showing(st, 0, RW, false));
	peek(s, VA);
	peek(other, VA);
	assert_ptr_equal(frame_of_page(s, VA), frame_of_page(other, VA));
	poke(s, VA, '!');
	assert_int_equal(peek(s, VA), '!');
	assert_int_equal(peek(s, VA + 1), 'a');
	assert_int_equal(peek(other, VA), 'a');
	assert_int_equal(*machine_module(), 'a');
}

TEST(a_shared_page_of_a_file_is_one_page_for_all_who_map_it)
{
	struct store *st = a_file(2);
	struct space *s = a_space(), *other = a_space(), *child;

	map(s, VA, 2, showing(st, 0, RW, true));
	map(other, 2 * VA, 2, showing(st, 0, R, true));
	peek(other, 2 * VA);
	poke(s, VA, '1');
	assert_int_equal(peek(other, 2 * VA), '1');
	child = a_fork(s);
	poke(child, VA, '2');
	assert_int_equal(peek(s, VA), '2');
	assert_int_equal(peek(other, 2 * VA), '2');
	assert_int_equal(*machine_module(), '2');
}

TEST(beyond_the_last_page_of_a_file_there_is_nothing)
{
	struct store *st = a_file(2);
	struct space *s = a_space();

	map(s, VA, 4, showing(st, 0, RW, false));
	assert_int_equal(peek(s, VA + PAGE_SIZE + 99), 'b');
	assert_int_equal(peek(s, VA + PAGE_SIZE + 100), 0);
	assert_int_equal(touch(s, VA + 2 * PAGE_SIZE, R), -ENXIO);
	assert_int_equal(touch(s, VA + 3 * PAGE_SIZE, PROT_WRITE), -ENXIO);
}

/* .data ends in the middle of a page of a file that goes on. */
TEST(a_bss_begins_with_zeros_in_the_last_page_of_the_data)
{
	struct store *st = a_file(4);
	struct space *s = a_space();
	struct region data = showing(st, 0, RW, false);

	data.filled = PAGE_SIZE + 50;
	map(s, VA, 4, data);
	assert_int_equal(peek(s, VA + PAGE_SIZE + 49), 'b');
	assert_int_equal(peek(s, VA + PAGE_SIZE + 50), 0);
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE), 0);
	assert_ptr_equal(frame_of_page(s, VA + 2 * PAGE_SIZE), frame_zero);
	assert_int_equal(frame_of_page(s, VA + PAGE_SIZE)->refs, 1);
	poke(s, VA + PAGE_SIZE, '!');
	assert_int_equal(machine_module()[PAGE_SIZE], 'b');
}

TEST(a_mixed_page_stays_mixed_when_its_region_is_split)
{
	struct store *st = a_file(4);
	struct space *s = a_space();
	struct region data = showing(st, 0, RW, false);

	data.filled = 2 * PAGE_SIZE + 50;
	map(s, VA, 4, data);
	must(space_protect(s, VA + 2 * PAGE_SIZE, PAGE_SIZE, R));
	assert_int_equal(peek(s, VA + PAGE_SIZE + 50), 'b');
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE + 49), 'c');
	assert_int_equal(peek(s, VA + 2 * PAGE_SIZE + 50), 0);
	assert_int_equal(peek(s, VA + 3 * PAGE_SIZE), 0);
}

TEST(a_fault_without_frames_lets_stores_drop_clean_pages_first)
{
	struct frame *all = NULL, *f, *left;
	uint64_t most = few_or(0, MACHINE_FRAMES);
	unsigned asked;
	int err;
	struct store *st = a_store_from(machine_module() + 1, PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 1, showing(st, 0, R, false));
	map(s, VA + PAGE_SIZE, 1, anonymous(RW));
	peek(s, VA);
	must(space_unmap(s, VA, PAGE_SIZE));
	poke(s, VA + PAGE_SIZE, 1); /* the tables are there */
	must(space_unmap(s, VA + PAGE_SIZE, PAGE_SIZE));
	map(s, VA + PAGE_SIZE, 2, anonymous(RW));
	poke(s, VA + PAGE_SIZE, 1);
	if (!store_peek(st, 0))
		return; /* it went for that: in a run with a failure */
	while (most-- > 0 && (f = frame_alloc(FRAME_PAGE))) {
		memcpy(frame_page(f), &all, sizeof(all));
		all = f;
	}
	asked = machine_asked();
	err = touch(s, VA + 2 * PAGE_SIZE, PROT_WRITE);
	asked = machine_asked() - asked; /* twice: the first was refused */
	left = store_peek(st, 0);
	for (struct frame *next; all; all = next) {
		memcpy(&next, frame_page(all), sizeof(next));
		frame_put(all);
	}
	must_all(err);
	assert_int_equal(left == NULL, asked == 2);
	assert_in_range(asked, few_or(1, 2), 2);
}

TEST(the_worst_fault_takes_three_tables_and_a_page)
{
	struct space *s = a_space(), *child;
	size_t before;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 1);
	child = a_fork(s);
	before = frames_free();
	poke(child, VA, 2);
	assert_int_equal(before - frames_free(), 4);
	before = frames_free();
	poke(s, VA, 3);
	assert_int_equal(before, frames_free());
}

/* PAGETABLE.md's pitfall: tables are shared, region sets are not. */
TEST(a_page_that_one_relative_fetches_is_not_seen_by_another)
{
	struct space *s = a_space(), *child;

	map(s, VA, 1, anonymous(RW));
	poke(s, VA, 1);
	child = a_fork(s);
	map(child, VA + PAGE_SIZE, 1, anonymous(RW));
	peek(child, VA + PAGE_SIZE);
	assert_null(frame_of_page(s, VA + PAGE_SIZE));
	assert_int_equal(touch(s, VA + PAGE_SIZE, R), -EFAULT);
}

TEST(relatives_on_two_cpus_never_see_each_others_writes)
{
	struct space *s = a_space(), *child;

	map(s, VA, 2, anonymous(RW));
	mmu_be(0);
	poke(s, VA, 'p');
	child = a_fork(s);
	mmu_be(1);
	assert_int_equal(peek(child, VA), 'p');
	mmu_be(0);
	poke(s, VA, 'q');
	mmu_be(1);
	assert_int_equal(peek(child, VA), 'p');
	poke(child, VA, 'c');
	poke(child, VA + PAGE_SIZE, 'd');
	mmu_be(0);
	assert_int_equal(peek(s, VA), 'q');
	assert_int_equal(peek(s, VA + PAGE_SIZE), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(an_address_outside_all_regions_is_refused),
		CLAIM(a_region_that_grows_down_reaches_what_is_touched_below_it),
		CLAIM(every_access_is_allowed_or_refused_as_the_rights_say),
		CLAIM(a_refused_write_stays_refused_after_a_read),
		CLAIM(reading_untouched_memory_shows_the_one_frame_of_zeros),
		CLAIM(each_written_page_costs_one_frame_and_no_other_does),
		CLAIM(a_page_of_a_file_is_the_modules_own_frame),
		CLAIM_ONCE(the_third_page_in_order_brings_those_behind_it),
		CLAIM_ONCE(
			nothing_is_brought_that_is_not_the_files_or_could_be_written),
		CLAIM(a_private_page_of_a_file_is_copied_by_the_first_write),
		CLAIM(a_shared_page_of_a_file_is_one_page_for_all_who_map_it),
		CLAIM(beyond_the_last_page_of_a_file_there_is_nothing),
		CLAIM(a_bss_begins_with_zeros_in_the_last_page_of_the_data),
		CLAIM(a_mixed_page_stays_mixed_when_its_region_is_split),
		CLAIM(a_fault_without_frames_lets_stores_drop_clean_pages_first),
		CLAIM(the_worst_fault_takes_three_tables_and_a_page),
		CLAIM(a_page_that_one_relative_fetches_is_not_seen_by_another),
		CLAIM(relatives_on_two_cpus_never_see_each_others_writes),
	};

	return RUN(tests);
}
