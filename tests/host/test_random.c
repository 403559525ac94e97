/*
 * Two million random operations over several spaces and CPUs, every byte compared
 * with the model's, some with an allocation that fails in the middle.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "machine.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"
#include "mmu.h"
#include "model.h"

enum {
	SPACES = 6,
	OPERATIONS = 2000000,
	EVERY_TLB = 4,	    /* operations between two looks into all TLBs */
	EVERY_AUDIT = 2000, /* and between two recounts of everything */
	FAILING = 3,	    /* one operation in so many meets a failure */
	COPY_MAX = 9000,    /* bytes of one copy: three pages and a bit */
};

static struct space *space[SPACES];
static struct model_space model[SPACES];
static unsigned alive;
static uint64_t done, failures;

/* A space and a run of pages in one island of it. */
struct place {
	unsigned s, first, count;
	vaddr_t start;
};

static struct place
somewhere(void)
{
	struct place p = {.s = (unsigned)random_below(alive)};
	unsigned at = (unsigned)random_below(ISLAND_PAGES);

	p.first = (unsigned)random_below(ISLANDS) * ISLAND_PAGES + at;
	p.count = 1 + (unsigned)random_below(ISLAND_PAGES - at);
	p.start = model_address(p.first);
	return p;
}

/* Goes on as the CPU where s runs; any CPU if it runs nowhere. */
static void
go_where_it_runs(const struct space *s)
{
	int cpu = mmu_cpu_of(frame_addr(s->root));

	mmu_be(cpu >= 0 ? cpu : (int)random_below(MMU_CPUS));
}

static bool
for_want_of_memory(int err)
{
	if (err != -ENOMEM || !machine_failed())
		return false;
	failures++;
	return true;
}

static void
answer(int err, int expected, const char *what, const struct place *p)
{
	if (err != expected)
		fail_msg("operation %lu: %s %lx +%u pages in space %u: %d, "
			 "not %d",
			 done, what, p->start, p->count, p->s, err, expected);
}

/* A program's file has a bss behind it, sometimes in its last page. */
static struct region
random_region(int *number)
{
	uint64_t filled = REGION_FILLED;
	struct region r = anonymous((int)random_below(8));

	*number = (int)random_below(STORES + 2) - 2;
	if (random_below(4) == 0)
		r.max_prot = r.prot;
	if (*number < 0) {
		*number = -1;
		return r;
	}
	if (*number == STORE_FIXED)
		filled =
			random_below(8) * PAGE_SIZE / 2 + random_below(2) * 123;
	r.store = model_store[*number].store;
	r.offset = random_below(4) * PAGE_SIZE;
	r.shared = *number != STORE_FIXED && random_below(2);
	r.filled = filled;
	return r;
}

static void
do_map(void)
{
	struct place p = somewhere();
	int number, err;
	struct region r = random_region(&number);

	go_where_it_runs(space[p.s]);
	err = space_map(space[p.s], p.start, p.count * PAGE_SIZE, &r);
	if (for_want_of_memory(err))
		return;
	answer(err, 0, "map", &p);
	model_map(&model[p.s], p.first, p.count, &r, number);
}

static void
do_unmap(void)
{
	struct place p = somewhere();
	int err;

	go_where_it_runs(space[p.s]);
	err = space_unmap(space[p.s], p.start, p.count * PAGE_SIZE);
	if (for_want_of_memory(err))
		return;
	answer(err, 0, "unmap", &p);
	model_unmap(&model[p.s], p.first, p.count);
}

/* As far as one region goes, to where nothing is. */
static void
do_move(void)
{
	struct place p = somewhere(), to = somewhere();
	struct space *s = space[p.s];
	const struct region *r = space_find(s, p.start);
	uint64_t len;
	int err;

	if (!r)
		return;
	p.count = (unsigned)min_u64(p.count, (r->end - p.start) / PAGE_SIZE);
	p.count = p.count < to.count ? p.count : to.count;
	len = p.count * PAGE_SIZE;
	if (space_gap(s, to.start, len) != to.start)
		return;
	go_where_it_runs(s);
	err = space_move(s, p.start, len, to.start, len);
	if (for_want_of_memory(err))
		return;
	answer(err, 0, "move", &p);
	model_move(&model[p.s], p.first, p.count, to.first);
}

/* MADV_DONTNEED. */
static void
do_discard(void)
{
	struct place p = somewhere();
	int err;

	p.count = 1 + p.count / 4;
	go_where_it_runs(space[p.s]);
	err = pt_unmap(space[p.s]->root, p.start,
		       p.start + p.count * PAGE_SIZE);
	if (for_want_of_memory(err))
		return;
	answer(err, 0, "discard", &p);
	model_discard(&model[p.s], p.first, p.count);
}

static void
do_protect(void)
{
	struct place p = somewhere();
	int prot = (int)random_below(8), err;

	p.count = 1 + p.count / 4;
	go_where_it_runs(space[p.s]);
	err = space_protect(space[p.s], p.start, p.count * PAGE_SIZE, prot);
	if (for_want_of_memory(err))
		return;
	answer(err, model_protect(&model[p.s], p.first, p.count, prot),
	       "protect", &p);
}

/* One access by a program. */
static void
do_access(void)
{
	static const int accesses[] = {PROT_READ, PROT_READ, PROT_WRITE,
				       PROT_WRITE, PROT_EXEC};
	struct place p = somewhere();
	uint64_t offset = random_below(PAGE_SIZE);
	int access = accesses[random_below(COUNT(accesses))], err;
	char *at;

	mmu_be((int)random_below(MMU_CPUS));
	err = program(space[p.s], p.start + offset, access, &at);
	if (for_want_of_memory(err))
		return;
	answer(err, model_access(&model[p.s], p.first, access), "access", &p);
	if (err < 0)
		return;
	if ((uint8_t)*at != model_byte(&model[p.s], p.first, offset))
		fail_msg("operation %lu: space %u shows %x at %lx, not %x",
			 done, p.s, (uint8_t)*at, p.start + offset,
			 model_byte(&model[p.s], p.first, offset));
	if (access != PROT_WRITE)
		return;
	*at = (char)random_next();
	model_write(&model[p.s], p.first, offset, (uint8_t)*at);
}

/* How many of len bytes from offset in page `first` an access reaches. */
static size_t
reachable(const struct place *p, uint64_t offset, size_t len, int access)
{
	uint64_t end = (p->first / ISLAND_PAGES + 1) * ISLAND_PAGES;

	for (uint64_t i = p->first; i < end; i++) {
		uint64_t before = (i - p->first) * PAGE_SIZE;

		if (before >= offset + len)
			return len;
		if (model_access(&model[p->s], (unsigned)i, access) < 0)
			return before > offset ? before - offset : 0;
	}
	return min_u64(len, (end - p->first) * PAGE_SIZE - offset);
}

/* The kernel writes for a program. */
static void
do_user_write(void)
{
	static uint8_t buf[COPY_MAX];
	struct place p = somewhere();
	uint64_t offset = random_below(PAGE_SIZE);
	size_t len = random_below(COPY_MAX), n;

	memset(buf, (int)random_below(256), len);
	go_where_it_runs(space[p.s]);
	n = user_write(space[p.s], p.start + offset, buf, len);
	if (n != reachable(&p, offset, len, PROT_WRITE) && !machine_failed())
		answer((int)n, (int)reachable(&p, offset, len, PROT_WRITE),
		       "user_write", &p);
	for (size_t i = 0; i < n; i++)
		model_write(&model[p.s],
			    p.first + (unsigned)((offset + i) / PAGE_SIZE),
			    (offset + i) % PAGE_SIZE, buf[i]);
}

static void
do_user_read(void)
{
	static uint8_t buf[COPY_MAX];
	struct place p = somewhere();
	uint64_t offset = random_below(PAGE_SIZE);
	size_t len = random_below(COPY_MAX), n;

	go_where_it_runs(space[p.s]);
	n = user_read(space[p.s], buf, p.start + offset, len);
	if (n != reachable(&p, offset, len, PROT_READ) && !machine_failed())
		answer((int)n, (int)reachable(&p, offset, len, PROT_READ),
		       "user_read", &p);
	for (size_t i = 0; i < n; i++)
		if (buf[i] !=
		    model_byte(&model[p.s],
			       p.first + (unsigned)((offset + i) / PAGE_SIZE),
			       (offset + i) % PAGE_SIZE))
			fail_msg("operation %lu: user_read of %lx in space %u "
				 "is wrong",
				 done, p.start + offset + i, p.s);
}

static void
do_fork(void)
{
	unsigned s = (unsigned)random_below(alive);

	if (alive == SPACES)
		return;
	go_where_it_runs(space[s]);
	space[alive] = space_fork(space[s]);
	if (!space[alive]) {
		assert_true(for_want_of_memory(-ENOMEM));
		return;
	}
	model_fork(&model[alive], &model[s]);
	alive++;
}

static void
do_free(void)
{
	unsigned s = (unsigned)random_below(alive);

	if (alive == 1)
		return;
	go_where_it_runs(space[s]);
	pt_activate(pt_kernel_root());
	model_unmap(&model[s], 0, MODEL_PAGES);
	space_put(space[s]);
	alive--;
	space[s] = space[alive];
	model[s] = model[alive];
	memset(&model[alive], 0, sizeof(model[alive]));
}

/* Some CPU runs another space, or none. */
static void
do_switch(void)
{
	struct space *s = space[random_below(alive)];

	mmu_be((int)random_below(MMU_CPUS));
	pt_activate(pt_kernel_root());
	if (mmu_cpu_of(frame_addr(s->root)) < 0)
		space_activate(s);
}

static void
do_reclaim(void)
{
	store_reclaim();
}

static void
do_something(void)
{
	static const struct {
		void (*operation)(void);
		unsigned weight;
	} choice[] = {
		{do_access, 57}, {do_user_write, 2}, {do_user_read, 2},
		{do_map, 8},	 {do_unmap, 5},	     {do_protect, 7},
		{do_fork, 3},	 {do_free, 2},	     {do_switch, 6},
		{do_reclaim, 2}, {do_move, 4},	     {do_discard, 2},
	};
	unsigned roll = (unsigned)random_below(100), i = 0;

	for (; roll >= choice[i].weight; i++)
		roll -= choice[i].weight;
	if (random_below(FAILING) == 0)
		machine_fail(1 + (unsigned)random_below(5), random_below(2));
	choice[i].operation();
	machine_fail(0, false);
}

/* Every page that a space shows now, compared whole. */
static void
compare_pages(void)
{
	struct pt_page page;

	for (unsigned s = 0; s < alive; s++)
		for (unsigned i = 0; i < MODEL_PAGES; i++) {
			const uint8_t *byte;

			if (!pt_lookup(space[s]->root, model_address(i), &page))
				continue;
			byte = frame_page(page.frame);
			for (uint64_t at = 0; at < PAGE_SIZE; at++)
				assert_int_equal(byte[at],
						 model_byte(&model[s], i, at));
		}
}

/* Sources as the initramfs has them: aligned in the module (mapped in place,
 * zeros behind the end), not aligned, and none. */
static void
make_stores(void)
{
	static const struct {
		uint64_t at, size;
	} source[STORES] = {
		{0, 7 * PAGE_SIZE},
		{0, 6 * PAGE_SIZE + 100},
		{20 * PAGE_SIZE + 44, 5 * PAGE_SIZE + 3000},
		{40 * PAGE_SIZE, 4 * PAGE_SIZE + 200},
	};
	char *module = machine_module();

	memset(module, 0, MODULE_FRAMES * PAGE_SIZE);
	for (int i = 0; i < STORES; i++) {
		struct model_store *ms = &model_store[i];

		memset(ms, 0, sizeof(*ms));
		ms->size = source[i].size;
		for (uint64_t at = 0; i > 0 && at < ms->size; at++) {
			ms->byte[at] = (uint8_t)random_next();
			module[source[i].at + at] = (char)ms->byte[at];
		}
		ms->store = i ? a_store_from(module + source[i].at, ms->size)
			      : a_store(ms->size);
	}
}

TEST(two_million_random_operations_agree_with_the_model)
{
	const char *wanted = getenv("QUIRE_OPERATIONS");
	uint64_t operations = wanted ? strtoull(wanted, NULL, 0) : OPERATIONS;

	random_start(0x9a17e5);
	make_stores();
	space[0] = a_space();
	alive = 1;
	for (done = 0; done < operations; done++) {
		do_something();
		if (done % EVERY_TLB == 0)
			mmu_check();
		if (done % EVERY_AUDIT == 0) {
			check_all();
			compare_pages();
		}
	}
	for (unsigned s = 0; s < alive; s++)
		model_unmap(&model[s], 0, MODEL_PAGES);
	printf("# %lu operations, %lu of them failed for want of memory\n",
	       done, failures);
	assert_true(failures > operations / 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(two_million_random_operations_agree_with_the_model),
	};

	return RUN(tests);
}
