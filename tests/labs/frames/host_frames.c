/*
 * The frame allocator alone: a few frames of its own, nothing else of mm.
 *
 * Owns: the memory that the frames are.
 */
#include "harness.h"

#include <string.h>

#include "mm/frame.h"

enum {
	COUNT = 16, /* frames 0 to 15; the first two are not RAM */
	FIRST = 2,
	FREE = COUNT - FIRST,
	WORDS = PAGE_SIZE / sizeof(uint64_t),
};

#define POISON 0xdeadf4a3e0000000ul /* as in mm/frame.c */

static _Alignas(4096) char memory[COUNT * PAGE_SIZE];
static struct frame table[COUNT];

static int
setup(void **state)
{
	(void)state;
	memset(memory, 0x11, sizeof(memory));
	frame_init(memory, table, COUNT);
	frame_add(FIRST * PAGE_SIZE, COUNT * PAGE_SIZE, FRAME_FREE);
	return 0;
}

static struct frame *
take(void)
{
	struct frame *f = frame_alloc(FRAME_PAGE);

	if (!f)
		fail_msg("frame_alloc returned NULL, %zu frames are free",
			 frame_count(FRAME_FREE));
	return f;
}

/* The number of the first word that is not `value`, WORDS if all are. */
static size_t
first_other(const struct frame *f, uint64_t value)
{
	const uint64_t *word = frame_page(f);
	size_t i = 0;

	while (i < WORDS && word[i] == value)
		i++;
	return i;
}

static void
expect_refs(const struct frame *f, uint32_t refs, const char *when)
{
	if (f->refs != refs)
		fail_msg("%s: expected %u references, found %u", when, refs,
			 f->refs);
}

static void
expect_free(size_t count, const char *when)
{
	if (frame_count(FRAME_FREE) != count)
		fail_msg("%s: expected %zu free frames, found %zu", when, count,
			 frame_count(FRAME_FREE));
	if (!frame_audit_free())
		fail_msg("%s: the free list is broken, see above", when);
}

static void
take_one_reference_and_the_kind_asked_for(void **state)
{
	struct frame *f = take();

	(void)state;
	expect_refs(f, 1, "a new frame");
	if (f->kind != FRAME_PAGE || frame_count(FRAME_PAGE) != 1)
		fail_msg("expected kind %d, counted once; found kind %u, "
			 "counted %zu times",
			 FRAME_PAGE, f->kind, frame_count(FRAME_PAGE));
	expect_free(FREE - 1, "after one frame_alloc");
}

static void
take_every_frame_once(void **state)
{
	bool seen[COUNT] = {false};
	struct frame *f;

	(void)state;
	for (int n = 0; n < FREE; n++) {
		f = take();
		if (seen[frame_number(f)])
			fail_msg("frame %zu was given out twice",
				 frame_number(f));
		seen[frame_number(f)] = true;
	}
	expect_free(0, "after taking all");
	if (frame_alloc(FRAME_PAGE) || frame_alloc_zeroed(FRAME_TABLE))
		fail_msg("expected NULL when no frame is free");
}

static void
refs_only_the_last_put_frees(void **state)
{
	struct frame *f = take();

	(void)state;
	frame_get(f);
	frame_get(f);
	expect_refs(f, 3, "after two frame_get");
	memset(frame_page(f), 0x22, PAGE_SIZE);
	frame_put(f);
	frame_put(f);
	expect_refs(f, 1, "after two frame_put");
	expect_free(FREE - 1, "before the last frame_put");
	if (first_other(f, 0x2222222222222222) != WORDS)
		fail_msg("a put that was not the last one changed the page");
	frame_put(f);
	expect_refs(f, 0, "after the last frame_put");
	expect_free(FREE, "after the last frame_put");
}

static void
refs_all_frames_come_back(void **state)
{
	struct frame *all[FREE];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < FREE; i++)
			all[i] = take();
		for (int i = 0; i < FREE; i++)
			frame_put(all[i]);
		expect_free(FREE, "after all were put");
	}
}

static void
poison_fills_a_freed_frame(void **state)
{
	struct frame *f = take();
	size_t i;

	(void)state;
	memset(frame_page(f), 0x33, PAGE_SIZE);
	frame_put(f);
	i = first_other(f, POISON);
	if (i < WORDS)
		fail_msg("expected POISON in the freed frame, found 0x%lx in "
			 "word %zu",
			 ((uint64_t *)frame_page(f))[i], i);
}

static void
poison_gives_way_to_zeros(void **state)
{
	struct frame *f;
	size_t i;

	(void)state;
	frame_put(take());
	f = frame_alloc_zeroed(FRAME_TABLE);
	if (!f)
		fail_msg("frame_alloc_zeroed returned NULL");
	i = first_other(f, 0);
	if (i < WORDS)
		fail_msg("expected zeros, found 0x%lx in word %zu",
			 ((uint64_t *)frame_page(f))[i], i);
	expect_refs(f, 1, "a zeroed frame");
}

static void
poison_spares_what_is_zeros_already(void **state)
{
	struct frame *f = frame_alloc_zeroed(FRAME_TABLE), *again;
	size_t i;

	(void)state;
	if (!f)
		fail_msg("frame_alloc_zeroed returned NULL");
	frame_put_zeroed(f);
	i = first_other(f, 0);
	if (i < WORDS)
		fail_msg("expected the zeros of a frame put as zeroed, found "
			 "0x%lx in word %zu",
			 ((uint64_t *)frame_page(f))[i], i);
	expect_free(FREE, "after a frame was put as zeroed");
	again = frame_alloc_zeroed(FRAME_TABLE);
	if (again != f)
		fail_msg("expected frame %zu, which holds zeros already",
			 frame_number(f));
	frame_put_zeroed(f);
	for (int n = 0; n < FREE; n++)
		take();
	expect_free(0, "after taking all, the zeroed one too");
}

static void
reuse_is_last_in_first_out(void **state)
{
	struct frame *a = take(), *b = take(), *c;

	(void)state;
	if (frame_number(a) != FIRST || frame_number(b) != FIRST + 1)
		fail_msg("expected frames %d and %d first, found %zu and %zu",
			 FIRST, FIRST + 1, frame_number(a), frame_number(b));
	frame_put(a);
	frame_put(b);
	c = take();
	if (c != b)
		fail_msg("expected frame %zu, which was freed last, found %zu",
			 frame_number(b), frame_number(c));
	if (take() != a)
		fail_msg("expected the frame freed before it next");
}

/* Named for what the test says when nobody asserts. */
static void
frame_alloc_of_a_frame_written_to_while_free(void)
{
	(void)!frame_alloc(FRAME_PAGE);
}

static void
bugs_are_noticed(void **state)
{
	struct frame *f = take();
	uint64_t *word = frame_page(f);

	(void)state;
	frame_put(f);
	expect_assert_failure(frame_put(f));
	expect_assert_failure(frame_get(f));
	word[100] = 1;
	expect_assert_failure(frame_alloc_of_a_frame_written_to_while_free());
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			take_one_reference_and_the_kind_asked_for, setup),
		cmocka_unit_test_setup(take_every_frame_once, setup),
		cmocka_unit_test_setup(refs_only_the_last_put_frees, setup),
		cmocka_unit_test_setup(refs_all_frames_come_back, setup),
		cmocka_unit_test_setup(poison_fills_a_freed_frame, setup),
		cmocka_unit_test_setup(poison_gives_way_to_zeros, setup),
		cmocka_unit_test_setup(poison_spares_what_is_zeros_already,
				       setup),
		cmocka_unit_test_setup(reuse_is_last_in_first_out, setup),
		cmocka_unit_test_setup(bugs_are_noticed, setup),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
