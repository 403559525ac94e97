/*
 * The heap: small objects, and pages that go back.
 */
#include "harness.h"

#include <string.h>

#include "hostile.h"
#include "mm/frame.h"
#include "mm/heap.h"

enum {
	OBJECTS = 500,
};

static unsigned char *object[OBJECTS];
static size_t size_of[OBJECTS];

static void
fill(int i, size_t size)
{
	object[i] = heap_alloc(size);
	size_of[i] = size;
	if (object[i])
		memset(object[i], i % 255 + 1, size);
}

static void
check_and_free(int i)
{
	for (size_t at = 0; object[i] && at < size_of[i]; at++)
		if (object[i][at] != i % 255 + 1)
			fail_msg("byte %zu of object %d is wrong", at, i);
	heap_free(object[i]);
	object[i] = NULL;
}

static void
free_all(void)
{
	for (int i = 0; i < OBJECTS; i++)
		check_and_free(i);
}

TEST(objects_of_every_size_are_zeroed_aligned_and_apart)
{
	for (int i = 0; i < OBJECTS; i++) {
		size_t size = (size_t)(i * 4 + 1) % (HEAP_MAX + 1);
		const unsigned char *new = heap_alloc(size);

		if (!new)
			break; /* an allocation was made to fail */
		assert_int_equal((uintptr_t) new % 16, 0);
		for (size_t at = 0; at < size; at++)
			assert_int_equal(new[at], 0);
		memset((void *)(uintptr_t) new, i % 255 + 1, size);
		object[i] = (unsigned char *)(uintptr_t) new;
		size_of[i] = size;
	}
	for (struct frame *f = frame_next(NULL); f; f = frame_next(f))
		assert_true(f->kind != FRAME_HEAP || heap_page_ok(f));
	free_all();
}

TEST(a_copy_is_equal_and_apart)
{
	static const char text[] = "seventeen bytes.";
	char *copy = must_have(heap_copy(text, sizeof(text)));

	assert_ptr_not_equal(copy, text);
	assert_memory_equal(copy, text, sizeof(text));
	heap_free(copy);
	assert_null(heap_copy(text, HEAP_MAX + 1));
}

TEST(the_last_object_takes_its_page_along)
{
	size_t free = frames_free();
	int n = 0;

	while (n < OBJECTS && (object[n] = heap_alloc(64)))
		size_of[n++] = 0;
	for (int i = n; i-- > 0;)
		check_and_free(i);
	assert_int_equal(frames_free(), free);
}

TEST(a_freed_object_is_used_again_before_a_new_page)
{
	void *keep = must_have(heap_alloc(100)), *other = heap_alloc(100);
	size_t free = frames_free();

	heap_free(other);
	assert_non_null(other = heap_alloc(100));
	assert_int_equal(frames_free(), free);
	heap_free(other);
	heap_free(keep);
}

TEST(too_large_is_refused_and_null_is_ignored)
{
	assert_null(heap_alloc(HEAP_MAX + 1));
	assert_null(heap_alloc(SIZE_MAX));
	heap_free(NULL);
}

TEST(random_allocations_never_overlap)
{
	uint64_t turns = few_or(1000, 50000);

	random_start(0x4ea9);
	for (uint64_t turn = 0; turn < turns; turn++) {
		int i = (int)random_below(OBJECTS);

		if (object[i])
			check_and_free(i);
		else
			fill(i, random_below(HEAP_MAX + 1));
		if (turn % 5000 == 0)
			check_all();
	}
	free_all();
}

TEST(freeing_twice_is_noticed_when_the_page_has_gone)
{
	void *o = must_have(heap_alloc(HEAP_MAX));

	heap_free(o);
	expect_assert_failure(heap_free(o));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(objects_of_every_size_are_zeroed_aligned_and_apart),
		CLAIM(a_copy_is_equal_and_apart),
		CLAIM(the_last_object_takes_its_page_along),
		CLAIM(a_freed_object_is_used_again_before_a_new_page),
		CLAIM(too_large_is_refused_and_null_is_ignored),
		CLAIM(random_allocations_never_overlap),
		CLAIM(freeing_twice_is_noticed_when_the_page_has_gone),
	};

	return RUN(tests);
}
