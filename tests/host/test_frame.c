/*
 * Frames: the free list, references, kinds.
 */
#include "harness.h"

#include <string.h>

#include "machine.h"
#include "mm/frame.h"

TEST(a_new_frame_has_one_reference_and_the_kind_asked_for)
{
	size_t free = frames_free(), pages = frame_count(FRAME_PAGE);
	struct frame *f = a_frame();

	assert_int_equal(f->refs, 1);
	assert_int_equal(f->kind, FRAME_PAGE);
	assert_int_equal(frames_free(), free - 1);
	assert_int_equal(frame_count(FRAME_PAGE), pages + 1);
}

TEST(the_last_put_frees_and_no_other_does)
{
	struct frame *f = a_frame();
	size_t free = frames_free();

	frame_get(f);
	frame_put(f);
	assert_int_equal(frames_free(), free);
	forget(f);
	frame_put(f);
	assert_int_equal(frames_free(), free + 1);
	assert_int_equal(f->kind, FRAME_FREE);
}

TEST(a_zeroed_frame_is_zero_whatever_it_held_before)
{
	struct frame *f = a_frame();
	const char *byte;

	memset(frame_page(f), 0x5a, PAGE_SIZE);
	forget(f);
	frame_put(f);
	byte = frame_page(a_frame());
	for (size_t i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(byte[i], 0);
}

TEST(what_is_put_as_zeroed_is_used_for_the_next_that_wants_zeros)
{
	struct frame *f = must_have(frame_alloc_zeroed(FRAME_TABLE)), *other;
	size_t free = frames_free();

	frame_put_zeroed(f);
	assert_int_equal(frames_free(), free + 1);
	assert_true(frame_audit_free());
	other = must_have(frame_alloc(FRAME_PAGE));
	frame_put(other);
	assert_ptr_not_equal(other, f);
	assert_ptr_equal(must_have(frame_alloc_zeroed(FRAME_TABLE)), f);
	assert_int_equal(f->refs, 1);
	assert_int_equal(f->used, 0);
	frame_get(f);
	expect_assert_failure(frame_put_zeroed(f));
	frame_put(f);
	frame_put_zeroed(f);
}

/* Frees f as zeroed, then changes a byte of it. => whether that is noticed */
static bool
is_noticed(struct frame *f)
{
	char *byte = frame_page(f);
	bool noticed;

	frame_put_zeroed(f);
	byte[1234] = 1;
	machine_quiet(true);
	noticed = !frame_audit_poison();
	machine_quiet(false);
	byte[1234] = 0;
	return noticed;
}

TEST(a_write_to_a_free_frame_of_zeros_is_noticed)
{
	assert_true(is_noticed(must_have(frame_alloc_zeroed(FRAME_TABLE))));
	assert_true(frame_audit_poison());
}

TEST(all_frames_can_be_had_once_and_all_come_back)
{
	static struct frame *all[MACHINE_FRAMES];
	size_t free = frames_free(), n = 0;

	frame_put_zeroed(must_have(frame_alloc_zeroed(FRAME_TABLE)));
	while ((all[n] = frame_alloc(FRAME_PAGE)))
		n++;
	assert_int_equal(frames_free(), free - n);
	if (!machine_failed()) {
		assert_int_equal(n, free);
		assert_null(frame_alloc_zeroed(FRAME_TABLE));
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(all[i]->refs, 1);
	while (n > 0)
		frame_put(all[--n]);
	assert_int_equal(frames_free(), free);
}

TEST(page_address_and_number_name_the_same_frame)
{
	struct frame *f = a_frame();
	char *page = frame_page(f);

	assert_ptr_equal(frame_of(page), f);
	assert_ptr_equal(frame_of(page + PAGE_SIZE - 1), f);
	assert_ptr_equal(frame_at(frame_addr(f)), f);
	assert_int_equal(frame_addr(f), frame_number(f) * PAGE_SIZE);
}

TEST(there_is_no_frame_where_there_is_no_ram)
{
	char byte;

	assert_null(frame_at(0)); /* frame 0 was never added */
	assert_null(frame_at(MACHINE_FRAMES * PAGE_SIZE));
	assert_null(frame_at(UINT64_MAX));
	assert_null(frame_of(&byte));
}

TEST(the_module_and_the_zero_frame_are_held_for_good)
{
	struct frame *f = frame_of(machine_module());

	assert_int_equal(f->kind, FRAME_MODULE);
	assert_int_equal(f->refs, 1);
	assert_int_equal(frame_count(FRAME_MODULE), MODULE_FRAMES);
	assert_int_equal(frame_zero->refs, 1);
}

TEST(visiting_meets_every_frame_once)
{
	size_t n = 0, kinds = 0;

	for (struct frame *f = frame_next(NULL); f; f = frame_next(f))
		assert_int_equal(frame_number(f), n++);
	for (int kind = 0; kind < FRAME_KINDS; kind++)
		kinds += frame_count((enum frame_kind)kind);
	assert_int_equal(n, MACHINE_FRAMES);
	assert_int_equal(kinds, MACHINE_FRAMES);
}

TEST(putting_a_free_frame_is_a_bug_that_is_noticed)
{
	struct frame *f = a_frame();

	forget(f);
	frame_put(f);
	expect_assert_failure(frame_put(f));
	expect_assert_failure(frame_get(f));
}

TEST(a_write_to_a_free_frame_is_noticed)
{
	struct frame *f = a_frame();
	char *byte = frame_page(f), was;

	forget(f);
	frame_put(f);
	was = byte[1234];
	byte[1234] = 1;
	machine_quiet(true);
	assert_false(frame_audit_poison());
	machine_quiet(false);
	byte[1234] = was;
	assert_true(frame_audit_poison());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_new_frame_has_one_reference_and_the_kind_asked_for),
		CLAIM(the_last_put_frees_and_no_other_does),
		CLAIM(a_zeroed_frame_is_zero_whatever_it_held_before),
		CLAIM(what_is_put_as_zeroed_is_used_for_the_next_that_wants_zeros),
		CLAIM(a_write_to_a_free_frame_of_zeros_is_noticed),
		CLAIM(all_frames_can_be_had_once_and_all_come_back),
		CLAIM(page_address_and_number_name_the_same_frame),
		CLAIM(there_is_no_frame_where_there_is_no_ram),
		CLAIM(the_module_and_the_zero_frame_are_held_for_good),
		CLAIM(visiting_meets_every_frame_once),
		CLAIM(putting_a_free_frame_is_a_bug_that_is_noticed),
		CLAIM(a_write_to_a_free_frame_is_noticed),
	};

	return RUN(tests);
}
