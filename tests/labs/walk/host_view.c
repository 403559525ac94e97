/*
 * Lab walk, on the host: what the entries say.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "walk.h"

#include "mmu.h"

/* ---- view: what the MMU makes of the four entries */

TEST(view_w_counts_only_if_all_four_levels_have_it)
{
	for (int level = 4; level > 0; level--) {
		struct frame *root = a_root();
		struct path p;
		struct pt_page page;

		map_frame(root, ODD, RW, false);
		p = path_of(root, ODD);
		*entry_in(level == 4 ? root : p.to[level + 1], level, ODD) &=
			~ENTRY_W;
		expect_at(root, ODD, pt_lookup(root, ODD, &page),
			  "the page is still there");
		expect_at(root, ODD, page.prot == R,
			  "level %d lacks W, so nothing below it can be "
			  "written: wanted rights 1 (r), got %u",
			  level, page.prot);
		expect_at(root, ODD, !pt_allows(root, ODD, PROT_WRITE),
			  "pt_allows says that a program may write");
		pt_activate(root);
		assert_null(mmu_access(ODD, PROT_WRITE));
		assert_non_null(mmu_access(ODD, PROT_READ));
	}
}

TEST(view_after_fork_neither_may_write)
{
	struct frame *parent = a_root(), *child;
	struct pt_page p, c;

	map_frame(parent, ODD, RW | PROT_EXEC, false);
	child = a_root_fork(parent);
	expect_at(child, ODD,
		  pt_lookup(parent, ODD, &p) && pt_lookup(child, ODD, &c),
		  "both see the page");
	expect_at(child, ODD, p.frame == c.frame, "in the same frame");
	expect_at(child, ODD, p.prot == (R | PROT_EXEC) && c.prot == p.prot,
		  "the leaf has W, the root's entry has not: wanted rights 5 "
		  "(r-x) for both, got %u and %u",
		  p.prot, c.prot);
}

TEST(view_an_entry_missing_at_any_level_is_no_page_and_costs_nothing)
{
	static const vaddr_t missing[] = {
		ODD + PAGE_SIZE,
		ODD + PT_SPAN(2),
		ODD + PT_SPAN(3),
		ODD + PT_SPAN(4),
	};
	struct frame *root = a_root();
	struct pt_page page = {.va = 42};
	size_t before;

	map_frame(root, ODD, RW, false);
	before = frames_free();
	for (size_t i = 0; i < COUNT(missing); i++) {
		expect_at(root, missing[i], !pt_lookup(root, missing[i], &page),
			  "nothing is mapped at 0x%lx", missing[i]);
		expect_at(root, missing[i],
			  !pt_allows(root, missing[i], PROT_READ),
			  "nothing may be read at 0x%lx", missing[i]);
	}
	expect(frames_free() == before,
	       "looking must not make tables: %zu frames taken",
	       before - frames_free());
	expect(page.va == 42, "without a page *page must stay as it was");
}

TEST(view_and_the_mmu_agree_on_all_rights)
{
	static const int access[] = {PROT_READ, PROT_WRITE, PROT_EXEC};
	struct frame *root = a_root();

	for (int prot = 0; prot < 8; prot++)
		map_frame(root, VA + (vaddr_t)prot * PAGE_SIZE, prot, false);
	pt_activate(root);
	for (int i = 0; i < 8 * 3; i++) {
		vaddr_t va = VA + (vaddr_t)(i / 3) * PAGE_SIZE;
		bool mmu = mmu_access(va, access[i % 3]) != NULL;

		expect_at(root, va, pt_allows(root, va, access[i % 3]) == mmu,
			  "rights %d, access %d: the MMU says %d", i / 3,
			  access[i % 3], mmu);
	}
}

/* ---- lookup: the page as its callers want it */

TEST(lookup_fills_every_field)
{
	struct frame *root = a_root(), *f, *g;
	struct pt_page page;

	f = map_frame(root, ODD, RW, false);
	g = map_frame(root, ODD + PAGE_SIZE, R | PROT_EXEC, true);
	expect_at(root, ODD, pt_lookup(root, ODD + 4095, &page),
		  "0x%lx lies in a mapped page", ODD + 4095);
	expect(page.va == ODD, "va must be the page's: wanted 0x%lx, got 0x%lx",
	       ODD, page.va);
	expect_at(root, ODD, page.frame == f && page.prot == RW,
		  "wanted frame 0x%zx, rights 3", frame_number(f));
	expect(!page.shared && !page.accessed && !page.dirty,
	       "a private page that nobody has touched");
	assert_true(pt_lookup(root, ODD + PAGE_SIZE, &page));
	expect_at(root, ODD + PAGE_SIZE, page.frame == g && page.prot == 5,
		  "wanted frame 0x%zx, rights 5", frame_number(g));
	expect(page.shared, "PTE_SHARED says that the page is shared");
}

TEST(lookup_tells_what_the_mmu_noted)
{
	struct frame *root = a_root();
	struct pt_page page;

	map_frame(root, ODD, RW, false);
	pt_activate(root);
	assert_non_null(mmu_access(ODD, PROT_READ));
	assert_true(pt_lookup(root, ODD, &page));
	expect_at(root, ODD, page.accessed && !page.dirty, "read: A, not D");
	assert_non_null(mmu_access(ODD, PROT_WRITE));
	assert_true(pt_lookup(root, ODD, &page));
	expect_at(root, ODD, page.accessed && page.dirty, "written: A and D");
}

TEST(lookup_finds_a_page_that_nobody_may_touch)
{
	struct frame *root = a_root(), *f;
	struct pt_page page;

	f = map_frame(root, ODD, PROT_NONE, false);
	expect_at(root, ODD, pt_lookup(root, ODD, &page),
		  "PROT_NONE: the page has no U, but it is there, and its "
		  "contents must not be lost");
	expect_at(root, ODD, page.frame == f && page.prot == PROT_NONE,
		  "wanted frame 0x%zx, rights 0", frame_number(f));
}

static const vaddr_t stack = STACKS_BASE + 5 * PAGE_SIZE;

TEST(lookup_finds_pages_of_kernel_stacks)
{
	struct frame *root = a_root(), *f = a_frame();
	struct pt_page page;

	must(pt_map_kernel(stack, f));
	expect_at(root, stack, pt_lookup(root, stack, &page) && page.frame == f,
		  "the kernel half of every root leads to the stacks");
	expect(page.prot == PROT_NONE, "a program has no rights there");
	expect(!pt_lookup(root, stack + PAGE_SIZE, &page),
	       "and next to it is nothing");
	pt_unmap_kernel(stack);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(view_w_counts_only_if_all_four_levels_have_it),
		CLAIM_ONCE(view_after_fork_neither_may_write),
		CLAIM_ONCE(
			view_an_entry_missing_at_any_level_is_no_page_and_costs_nothing),
		CLAIM_ONCE(view_and_the_mmu_agree_on_all_rights),
		CLAIM_ONCE(lookup_fills_every_field),
		CLAIM_ONCE(lookup_tells_what_the_mmu_noted),
		CLAIM_ONCE(lookup_finds_a_page_that_nobody_may_touch),
		CLAIM_ONCE(lookup_finds_pages_of_kernel_stacks),
	};
	struct frame *f;

	/* The kernel keeps its tables for stacks: let them be there. */
	machine_boot();
	f = frame_alloc(FRAME_PAGE);
	if (!f || pt_map_kernel(stack, f) < 0)
		return 1;
	frame_put(pt_unmap_kernel(stack));

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
