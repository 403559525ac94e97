/*
 * Cuts without memory: the n-th allocation fails, for every n; and random cuts,
 * some of them failing.
 */
#include "cases.h"

#include "mm/heap.h"

enum {
	SPARE = 64, /* regions per slab, and more */
	OPERATIONS = 6000,
};

/* ---- No memory */

static struct region *spare[SPARE];
static size_t spares;

/* The next region costs a frame. */
static void
fill_slabs(void)
{
	size_t before = frame_count(FRAME_HEAP);

	for (spares = 0; spares < SPARE; spares++) {
		spare[spares] = heap_alloc(sizeof(struct region));
		assert_non_null(spare[spares]);
		if (frame_count(FRAME_HEAP) > before)
			break;
	}
	assert_in_range(spares, 0, SPARE - 1);
	heap_free(spare[spares]);
}

static void
empty_slabs(void)
{
	while (spares > 0)
		heap_free(spare[--spares]);
}

static const struct kind *const over = &kinds[1];

static int
try_unmap(unsigned first, unsigned count)
{
	return space_unmap(space, model_address(first), count * PAGE_SIZE);
}

static int
try_protect(unsigned first, unsigned count)
{
	return space_protect(space, model_address(first), count * PAGE_SIZE, R);
}

static int
try_map(unsigned first, unsigned count)
{
	struct region like = region_like(over, R);

	return real_map(first, count, &like);
}

/* The n-th allocation of the operation, and with `sticky` each after it, fails,
 * in a space whose tables a child shares. => whether it came to that */
static bool
fail_nth(int (*operation)(unsigned, unsigned), const char *name,
	 const struct cut *c, unsigned n, bool sticky)
{
	bool failed;
	int err;

	begin(c->kind, ALL_WRITTEN);
	a_fork(space);
	fill_slabs();
	machine_fail(n, sticky);
	err = operation(first_page(c), page_count(c));
	failed = machine_failed();
	machine_fail(0, false);
	empty_slabs();
	snprintf(what, sizeof(what),
		 "%s of pages %u to %u of six of %s, allocation %u failing%s",
		 name, c->from, c->to - 1, c->kind->name, n,
		 sticky ? " and all later ones" : "");
	must_be(err, failed ? -ENOMEM : 0, name);
	if (failed) {
		snprintf(what + strlen(what), sizeof(what) - strlen(what),
			 ": ENOMEM");
		compare();
		check_all();
	}
	for (struct space *s = space_next(NULL), *next; s; s = next) {
		next = space_next(s);
		if (s != space)
			space_put(s);
	}
	end();
	return failed;
}

static void
fail_each_of(int (*operation)(unsigned, unsigned), const char *name,
	     const struct cut *c)
{
	for (int sticky = 0; sticky < 2; sticky++) {
		unsigned n = 1;

		while (fail_nth(operation, name, c, n, sticky))
			n++;
		if (n == 1 && c->from > 0)
			fail_msg("%s: no allocation was made where a split "
				 "needs a region",
				 what);
	}
}

static void
fail_each(int (*operation)(unsigned, unsigned), const char *name)
{
	make_stores();
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct cut middle = {&kinds[k], ALL_WRITTEN, 2, 4};
		struct cut whole = {&kinds[k], ALL_WRITTEN, 0, N};

		fail_each_of(operation, name, &middle);
		fail_each_of(operation, name, &whole);
	}
}

TEST(enomem_in_unmap_changes_nothing)
{
	fail_each(try_unmap, "space_unmap");
}

TEST(enomem_in_protect_changes_nothing)
{
	fail_each(try_protect, "space_protect");
}

TEST(enomem_in_map_keeps_what_was_there)
{
	fail_each(try_map, "space_map");
}

/* ---- All together */

struct place {
	unsigned first, count;
};

static struct place
somewhere(void)
{
	unsigned at = (unsigned)random_below(ISLAND);
	unsigned count = 1 + (unsigned)random_below(ISLAND - at);

	return (struct place){ISLAND + at, count};
}

static void
random_map(struct place p)
{
	const struct kind *k = &kinds[random_below(COUNT(kinds))];
	struct region like = region_like(k, (int)random_below(8));
	int err;

	if (random_below(4) == 0)
		like.max_prot = like.prot;
	like.offset = k->store < 0 ? 0 : random_below(3) * PAGE_SIZE;
	err = real_map(p.first, p.count, &like);
	if (err == -ENOMEM && machine_failed())
		return;
	must_be(err, 0, "space_map");
	model_map(&model, p.first, p.count, &like, k->store);
}

static void
random_unmap(struct place p)
{
	int err = try_unmap(p.first, p.count);

	if (err == -ENOMEM && machine_failed())
		return;
	must_be(err, 0, "space_unmap");
	model_unmap(&model, p.first, p.count);
}

static void
random_protect(struct place p)
{
	int prot = (int)random_below(8), err;

	p.count = 1 + p.count / 4;
	err = space_protect(space, model_address(p.first), p.count * PAGE_SIZE,
			    prot);
	if (err == -ENOMEM && machine_failed())
		return;
	must_be(err, model_protect(&model, p.first, p.count, prot),
		"space_protect");
}

/* A child shares the tables, so that operations need memory. */
static void
fork_again(void)
{
	struct space *s, *next;

	for (s = space_next(NULL); s; s = next) {
		next = space_next(s);
		if (s != space)
			space_put(s);
	}
	a_fork(space);
}

static void
random_step(void)
{
	struct place p = somewhere();

	if (random_below(3) == 0)
		machine_fail(1 + (unsigned)random_below(4), random_below(2));
	switch (random_below(6)) {
	case 0:
		random_map(p);
		break;
	case 1:
		random_unmap(p);
		break;
	case 2:
	case 3:
		random_protect(p);
		break;
	default:
		machine_fail(0, false);
		write_byte(p.first, random_below(PAGE_SIZE),
			   (uint8_t)random_next());
	}
	machine_fail(0, false);
}

TEST(random_cuts_agree_with_the_model)
{
	make_stores();
	begin(&kinds[0], NOTHING);
	for (unsigned n = 0; n < OPERATIONS; n++) {
		snprintf(what, sizeof(what), "random operation %u", n);
		if (n % 50 == 0)
			fork_again();
		random_step();
		if (n % 8 == 0)
			compare();
		if (n % 500 == 0)
			check_all();
	}
	fork_again();
	check_all();
	space_put(space_next(NULL) == space ? space_next(space)
					    : space_next(NULL));
	end();
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(enomem_in_unmap_changes_nothing),
		CLAIM_ONCE(enomem_in_protect_changes_nothing),
		CLAIM_ONCE(enomem_in_map_keeps_what_was_there),
		CLAIM_ONCE(random_cuts_agree_with_the_model),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
