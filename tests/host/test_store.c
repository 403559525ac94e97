/*
 * Stores: first touch, pages in place, size, reclaim.
 */
#include "harness.h"

#include <string.h>

#include "machine.h"
#include "mm/frame.h"
#include "mm/store.h"

/* A file in the module: 3 pages and 100 bytes, no two bytes alike nearby. */
enum {
	FILE_SIZE = 3 * PAGE_SIZE + 100,
	UNALIGNED = 44,
};

static char
file_byte(uint64_t at)
{
	return (char)(at * 7 + at / PAGE_SIZE + 1);
}

static struct store *
a_file(size_t at)
{
	char *source = machine_module() + at;

	memset(machine_module(), 0, MODULE_FRAMES * PAGE_SIZE);
	for (uint64_t i = 0; i < FILE_SIZE; i++)
		source[i] = file_byte(i);
	return a_store_from(source, FILE_SIZE);
}

static struct frame *
page_of(struct store *st, uint64_t index, bool write)
{
	struct frame *f = NULL;

	must_all(store_page(st, index, write, &f));
	return f;
}

static char
byte_of(struct store *st, uint64_t at)
{
	const char *page = frame_page(page_of(st, at / PAGE_SIZE, false));

	return page[at % PAGE_SIZE];
}

static void
check_file(struct store *st)
{
	for (uint64_t at = 0; at < FILE_SIZE; at++)
		assert_int_equal(byte_of(st, at), file_byte(at));
	for (uint64_t at = FILE_SIZE; at < 4 * PAGE_SIZE; at++)
		assert_int_equal(byte_of(st, at), 0);
}

TEST(whole_aligned_pages_are_shown_in_place_and_the_last_is_copied)
{
	struct store *st = a_file(0);
	size_t pages = frame_count(FRAME_PAGE);

	memset(machine_module() + FILE_SIZE, 'x', PAGE_SIZE - 100);
	check_file(st);
	assert_ptr_equal(page_of(st, 2, false),
			 frame_of(machine_module() + 2 * PAGE_SIZE));
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1);
	assert_int_equal(page_of(st, 0, false)->refs, 2);
}

TEST(contents_that_are_not_aligned_are_copied_on_the_first_touch_only)
{
	struct store *st = a_file(UNALIGNED);
	size_t pages = frame_count(FRAME_PAGE);

	assert_null(store_peek(st, 1));
	page_of(st, 1, false);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1);
	check_file(st);
	check_file(st);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 4);
}

TEST(a_store_without_a_source_is_zero)
{
	struct store *st = a_store(2 * PAGE_SIZE);

	for (uint64_t at = 0; at < 2 * PAGE_SIZE; at++)
		assert_int_equal(byte_of(st, at), 0);
}

TEST(there_is_no_page_behind_the_last)
{
	struct store *st = a_file(0);
	struct frame *f;

	assert_int_equal(store_page(st, 4, false, &f), -ENXIO);
	assert_int_equal(store_page(st, UINT64_MAX, false, &f), -ENXIO);
	assert_null(store_peek(st, 4));
	assert_null(store_peek(st, UINT64_MAX));
}

TEST(reading_is_short_at_the_end)
{
	struct store *st = a_file(UNALIGNED);
	char buf[200];
	long n;

	n = store_read(st, FILE_SIZE - 150, buf, sizeof(buf));
	must_all((int)n);
	if (n < 150) /* the second page met the failure */
		return;
	assert_int_equal(n, 150);
	for (uint64_t i = 0; i < 150; i++)
		assert_int_equal(buf[i], file_byte(FILE_SIZE - 150 + i));
	assert_int_equal(store_read(st, FILE_SIZE, buf, 1), 0);
	assert_int_equal(store_read(st, UINT64_MAX, buf, 1), 0);
}

TEST(a_store_may_be_touched_far_away)
{
	struct store *st = a_store(1ul << 40);
	uint64_t last = (1ul << 40) / PAGE_SIZE - 1;
	struct frame *far = page_of(st, last, true), *near;

	near = page_of(st, 0, true);
	assert_ptr_equal(store_peek(st, last), far);
	assert_ptr_equal(store_peek(st, 0), near);
	assert_null(store_peek(st, last / 2));
	must(store_resize(st, PAGE_SIZE));
	assert_ptr_equal(store_peek(st, 0), near);
	assert_int_equal(near->refs, 1);
}

TEST(shrinking_gives_pages_back_and_growing_shows_zeros)
{
	struct store *st = a_file(UNALIGNED);
	size_t pages = frame_count(FRAME_PAGE);

	check_file(st);
	must(store_resize(st, PAGE_SIZE + 10));
	assert_int_equal(frame_count(FRAME_PAGE), pages + 2);
	must(store_resize(st, FILE_SIZE));
	for (uint64_t at = 0; at < FILE_SIZE; at++)
		assert_int_equal(byte_of(st, at),
				 at < PAGE_SIZE + 10 ? file_byte(at) : 0);
}

TEST(what_a_mapping_wrote_behind_the_end_is_not_seen_after_growing)
{
	struct store *st = a_store(100);
	char *page = frame_page(page_of(st, 0, true));

	page[200] = 'x';
	must(store_resize(st, 2 * PAGE_SIZE));
	assert_int_equal(byte_of(st, 200), 0);
}

TEST(a_size_beyond_reason_is_refused)
{
	struct store *st = a_store(100);

	assert_int_equal(store_resize(st, UINT64_MAX), -EFBIG);
	assert_int_equal(st->size, 100);
}

TEST(reclaim_drops_clean_pages_and_they_come_back_the_same)
{
	struct store *st = a_file(UNALIGNED);
	size_t free;

	check_file(st);
	free = frames_free();
	assert_int_equal(store_reclaim(), 4);
	/* And the node that led to them. */
	assert_int_equal(frames_free(), free + 4 + 1);
	assert_null(store_peek(st, 0));
	check_file(st);
}

TEST(reclaim_keeps_what_was_written_or_is_mapped)
{
	struct store *st = a_file(UNALIGNED);
	struct frame *written = page_of(st, 0, true), *mapped;

	*(char *)frame_page(written) = 'w';
	mapped = page_of(st, 1, false);
	page_of(st, 2, false);
	frame_get(mapped);
	assert_int_equal(store_reclaim(), 1);
	assert_ptr_equal(store_peek(st, 0), written);
	assert_ptr_equal(store_peek(st, 1), mapped);
	assert_int_equal(byte_of(st, 0), 'w');
	frame_put(mapped);
}

TEST(the_last_reference_frees_every_page)
{
	size_t free = frames_free();
	struct store *st = a_file(UNALIGNED);

	check_file(st);
	store_get(st);
	store_put(st);
	assert_int_equal(byte_of(st, 5), file_byte(5));
	forget(st);
	store_put(st);
	assert_int_equal(frames_free(), free);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(whole_aligned_pages_are_shown_in_place_and_the_last_is_copied),
		CLAIM(contents_that_are_not_aligned_are_copied_on_the_first_touch_only),
		CLAIM(a_store_without_a_source_is_zero),
		CLAIM(there_is_no_page_behind_the_last),
		CLAIM(reading_is_short_at_the_end),
		CLAIM(a_store_may_be_touched_far_away),
		CLAIM(shrinking_gives_pages_back_and_growing_shows_zeros),
		CLAIM(what_a_mapping_wrote_behind_the_end_is_not_seen_after_growing),
		CLAIM(a_size_beyond_reason_is_refused),
		CLAIM(reclaim_drops_clean_pages_and_they_come_back_the_same),
		CLAIM(reclaim_keeps_what_was_written_or_is_mapped),
		CLAIM(the_last_reference_frees_every_page),
	};

	return RUN(tests);
}
