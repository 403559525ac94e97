/*
 * Flushes, on simulated CPUs that remember every entry they ever read.
 *
 * The harness compares what the CPUs remember with the tables after each
 * operation, and what leads to a frame before a reference to it is given up.
 * Each body first makes the CPU remember, so that doing nothing cannot pass.
 */
#include "harness.h"
#include "machine.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mmu.h"

#define VA PT_SPAN(3)
#define RW (PROT_READ | PROT_WRITE)

static struct frame *
map_page(struct frame *root, vaddr_t va)
{
	struct frame *f = a_frame();

	must(pt_map(root, va, f, RW, false));
	forget(f);
	return f;
}

/* The CPU runs by root and remembers the page at va, which it may write. */
static void
use(struct frame *root, vaddr_t va)
{
	pt_activate(root);
	assert_non_null(mmu_access(va, PROT_WRITE));
}

static void
expect_flushes(unsigned page, unsigned all, const char *operation)
{
	struct mmu_flushes f = mmu_flushes();

	if (f.page != page || f.all != all)
		fail_msg("%s: expected %u pages flushed and %u times all, "
			 "found %u and %u",
			 operation, page, all, f.page, f.all);
}

TEST(stale_after_fork_the_parent_cannot_write)
{
	struct frame *root = a_root();

	map_page(root, VA);
	use(root, VA);
	a_root_fork(root);
	assert_null(mmu_access(VA, PROT_WRITE));
	mmu_check();
}

TEST(stale_after_own_the_parent_reads_its_copy)
{
	struct frame *root = a_root();
	char *old, *new;

	map_page(root, VA);
	use(root, VA);
	a_root_fork(root);
	old = mmu_access(VA, PROT_READ);
	must(pt_own(root, VA));
	new = mmu_access(VA, PROT_READ);
	assert_non_null(new);
	assert_ptr_not_equal(old, new);
	mmu_check();
}

TEST(stale_after_unmap_the_page_is_gone)
{
	struct frame *root = a_root();

	map_page(root, VA);
	map_page(root, VA + PAGE_SIZE);
	use(root, VA);
	must(pt_unmap(root, VA, VA + PAGE_SIZE));
	assert_null(mmu_access(VA, PROT_READ));
	assert_non_null(mmu_access(VA + PAGE_SIZE, PROT_READ));
	mmu_check();
}

TEST(stale_after_unmap_of_a_table_each_page_is_gone)
{
	struct frame *root = a_root();

	for (vaddr_t i = 0; i < 4; i++) {
		map_page(root, VA + i * PAGE_SIZE);
		use(root, VA + i * PAGE_SIZE);
	}
	must(pt_unmap(root, VA, VA + PT_SPAN(2)));
	for (vaddr_t i = 0; i < 4; i++)
		assert_null(mmu_access(VA + i * PAGE_SIZE, PROT_READ));
	mmu_check();
}

TEST(stale_after_protect_no_page_has_more_rights)
{
	struct frame *root = a_root();

	for (vaddr_t i = 0; i < 3; i++) {
		map_page(root, VA + i * PAGE_SIZE);
		use(root, VA + i * PAGE_SIZE);
	}
	must(pt_protect(root, VA, VA + 2 * PAGE_SIZE, PROT_READ));
	must(pt_protect(root, VA + PAGE_SIZE, VA + 2 * PAGE_SIZE, PROT_NONE));
	assert_null(mmu_access(VA, PROT_WRITE));
	assert_null(mmu_access(VA + PAGE_SIZE, PROT_READ));
	assert_non_null(mmu_access(VA + 2 * PAGE_SIZE, PROT_WRITE));
	mmu_check();
}

/* What leads to a frame is looked at when a reference to it is put. */
TEST(order_own_forgets_the_page_before_it_lets_go)
{
	struct frame *root = a_root();
	struct mmu_flushes f;

	map_page(root, VA);
	use(root, VA);
	a_root_fork(root);
	assert_non_null(mmu_access(VA, PROT_READ));
	mmu_flushes();
	must(pt_own(root, VA));
	f = mmu_flushes();
	assert_true(f.page + f.all > 0);
}

TEST(order_unmap_forgets_before_the_frame_is_free)
{
	struct frame *root = a_root();
	struct mmu_flushes f;

	map_page(root, VA);
	map_page(root, VA + PT_SPAN(2));
	use(root, VA);
	use(root, VA + PT_SPAN(2));
	mmu_flushes();
	must(pt_unmap(root, VA, VA + PAGE_SIZE));
	must(pt_unmap(root, VA + PT_SPAN(2), VA + 2 * PT_SPAN(2)));
	f = mmu_flushes();
	assert_true(f.page + f.all > 1);
}

TEST(cost_own_of_a_page_alone_flushes_nothing_and_of_a_shared_one_that_page)
{
	struct frame *root = a_root(), *child;

	map_page(root, VA);
	use(root, VA);
	child = a_root_fork(root);
	mmu_flushes();
	must(pt_own(root, VA));
	expect_flushes(4, 0, "own of three tables and a page");
	forget(child);
	pt_free(child);
	must(pt_own(root, VA));
	expect_flushes(0, 0, "own of what is ours already");
}

TEST(cost_unmap_of_a_page_and_of_a_table)
{
	struct frame *root = a_root();

	for (vaddr_t i = 0; i < 8; i++)
		map_page(root, VA + i * PAGE_SIZE);
	use(root, VA);
	mmu_flushes();
	must(pt_unmap(root, VA, VA + PAGE_SIZE));
	expect_flushes(1, 0, "unmap of one page");
	must(pt_unmap(root, VA, VA + PT_SPAN(2)));
	expect_flushes(0, 1, "unmap of a table");
}

TEST(cost_a_root_that_no_cpu_uses_needs_no_flush)
{
	struct frame *used = a_root(), *other = a_root();

	map_page(used, VA);
	map_page(other, VA);
	map_page(other, VA + PAGE_SIZE);
	use(used, VA);
	mmu_flushes();
	a_root_fork(other);
	must(pt_own(other, VA));
	must(pt_protect(other, VA, VA + PAGE_SIZE, PROT_READ));
	must(pt_unmap(other, VA, VA + PAGE_SIZE));
	expect_flushes(0, 0, "changes of a root that is not in use");
	must(pt_protect(used, VA, VA + PAGE_SIZE, PROT_READ));
	expect_flushes(1, 0, "protect of one page of the root in use");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CLAIM(stale_after_fork_the_parent_cannot_write),
		CLAIM(stale_after_own_the_parent_reads_its_copy),
		CLAIM(stale_after_unmap_the_page_is_gone),
		CLAIM(stale_after_unmap_of_a_table_each_page_is_gone),
		CLAIM(stale_after_protect_no_page_has_more_rights),
		CLAIM(order_own_forgets_the_page_before_it_lets_go),
		CLAIM(order_unmap_forgets_before_the_frame_is_free),
		CLAIM_ONCE(
			cost_own_of_a_page_alone_flushes_nothing_and_of_a_shared_one_that_page),
		CLAIM_ONCE(cost_unmap_of_a_page_and_of_a_table),
		CLAIM_ONCE(cost_a_root_that_no_cpu_uses_needs_no_flush),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
