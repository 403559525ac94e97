/*
 * Lab walk, on the host: the bytes of the entries.
 *
 * One group of claims for each check; a claim's name begins with its group.
 */
#include "walk.h"

#include "mmu.h"

/* ---- bits: what pt_map writes */

TEST(bits_interior_entries_allow_all_whatever_the_page_allows)
{
	for (int prot = 0; prot < 8; prot++) {
		struct frame *root = a_root();

		for (size_t i = 0; i < COUNT(places); i++) {
			map_frame(root, places[i], prot, false);
			check_interior(root, places[i]);
		}
	}
}

TEST(bits_every_level_has_its_nine_bits_of_the_address)
{
	for (size_t i = 0; i < COUNT(places); i++) {
		struct frame *root = a_root();
		struct frame *f = map_frame(root, places[i], RW, false);
		struct path p = path_of(root, places[i]);

		expect_at(root, places[i], p.last == 1 && p.to[1] == f,
			  "the four entries for 0x%lx must lead to frame 0x%zx",
			  places[i], frame_number(f));
	}
}

/* SDM 3A 4.6, and the rule. */
static uint64_t
leaf_wanted(int prot, bool shared, bool alone)
{
	uint64_t bits = ENTRY_P;

	bits |= prot != PROT_NONE ? ENTRY_U : 0;
	bits |= prot & PROT_EXEC ? 0 : ENTRY_NX;
	bits |= shared ? ENTRY_SHARED : 0;
	bits |= (prot & PROT_WRITE) && (shared || alone) ? ENTRY_W : 0;
	return bits;
}

static void
check_leaf(struct frame *root, vaddr_t va, int prot, bool shared, bool alone)
{
	struct path p = path_of(root, va);
	uint64_t wanted = leaf_wanted(prot, shared, alone);

	expect_at(root, va, p.to[1], "no page is mapped at 0x%lx", va);
	expect_at(root, va, (p.entry[1] & ENTRY_BITS) == wanted,
		  "the leaf of a page of rights %c%c%c, %s, whose frame %s: "
		  "wanted bits 0x%lx, got 0x%lx",
		  prot & PROT_READ ? 'r' : '-', prot & PROT_WRITE ? 'w' : '-',
		  prot & PROT_EXEC ? 'x' : '-', shared ? "shared" : "private",
		  alone ? "nobody else sees" : "somebody else sees", wanted,
		  p.entry[1] & ENTRY_BITS);
}

TEST(bits_the_leaf_says_what_the_page_allows)
{
	struct frame *root = a_root();
	vaddr_t va = VA;

	for (int i = 0; i < 16; i++, va += PAGE_SIZE) {
		map_frame(root, va, i / 2, i % 2);
		check_leaf(root, va, i / 2, i % 2, true);
	}
}

TEST(bits_a_private_page_that_others_see_is_never_writable)
{
	struct frame *root = a_root();
	vaddr_t va = VA;

	for (int i = 0; i < 16; i++, va += PAGE_SIZE) {
		struct frame *f = a_frame(); /* our reference is the other */

		frame_get(f);
		must(pt_map(root, va, f, i / 2, i % 2));
		check_leaf(root, va, i / 2, i % 2, false);
	}
}

TEST(bits_the_mmu_grants_what_was_asked_for_and_no_more)
{
	static const int access[] = {PROT_READ, PROT_WRITE, PROT_EXEC};
	struct frame *root = a_root();

	for (int prot = 0; prot < 8; prot++)
		map_frame(root, ODD + (vaddr_t)prot * PAGE_SIZE, prot, false);
	pt_activate(root);
	for (int i = 0; i < 8 * 3; i++) {
		int prot = i / 3, a = access[i % 3];
		vaddr_t va = ODD + (vaddr_t)prot * PAGE_SIZE;
		bool may = a == PROT_READ ? prot != 0 : (prot & a) != 0;

		expect_at(root, va, (mmu_access(va, a) != NULL) == may,
			  "rights %d, access %d: the MMU must %s it", prot, a,
			  may ? "allow" : "refuse");
	}
}

/* ---- tables: how many, and what is in them */

TEST(tables_are_made_for_what_is_missing_and_no_more)
{
	static const struct {
		vaddr_t va;
		size_t wanted;
	} step[] = {
		{ODD, 3},
		{ODD + PAGE_SIZE, 0},
		{ODD - PAGE_SIZE, 0},
		{ODD + PT_SPAN(2), 1},
		{ODD + PT_SPAN(3), 2},
		{ODD + PT_SPAN(4), 3},
		{ODD + PT_SPAN(4) + PAGE_SIZE, 0},
	};
	struct frame *root = a_root();

	for (size_t i = 0; i < COUNT(step); i++) {
		size_t before = tables(), made;

		map_frame(root, step[i].va, RW, false);
		made = tables() - before;
		expect_at(root, step[i].va, made == step[i].wanted,
			  "step %zu: mapping 0x%lx must take %zu tables, took "
			  "%zu",
			  i, step[i].va, step[i].wanted, made);
	}
}

static int
entries_present(const struct frame *table, int count)
{
	const uint64_t *e = frame_page(table);
	int n = 0;

	for (int i = 0; i < count; i++)
		n += e[i] != 0;
	return n;
}

TEST(tables_start_empty)
{
	struct frame *root = a_root();
	struct path p;

	map_frame(root, ODD, RW, false);
	p = path_of(root, ODD);
	expect(entries_present(root, 256) == 1,
	       "the user half of the root must have 1 entry, has %d",
	       entries_present(root, 256));
	for (int level = 4; level > 1; level--)
		expect(p.to[level] && entries_present(p.to[level], 512) == 1,
		       "a new table of level %d must have 1 entry that is not "
		       "0, has %d: a frame from frame_alloc() holds what its "
		       "last owner left",
		       level - 1,
		       p.to[level] ? entries_present(p.to[level], 512) : 0);
}

TEST(tables_and_pages_have_one_reference_for_each_entry)
{
	struct frame *root = a_root(), *f = map_frame(root, ODD, RW, false);
	struct path p;

	map_frame(root, ODD + PAGE_SIZE, RW, false);
	p = path_of(root, ODD);
	for (int level = 4; level > 1; level--)
		expect_at(root, ODD, p.to[level] && p.to[level]->refs == 1,
			  "one entry points to the table below level %d: it "
			  "must have 1 reference",
			  level);
	expect_at(root, ODD, f->refs == 1,
		  "pt_map takes over the caller's reference: the page must "
		  "have 1, has %u",
		  f->refs);
}

TEST(tables_go_with_their_root)
{
	size_t before = frames_free();
	struct frame *root = a_root();

	for (size_t i = 0; i < COUNT(places); i++)
		map_frame(root, places[i], RW, false);
	forget(root);
	pt_free(root);
	expect(frames_free() == before,
	       "freeing the root must give all frames back: %ld are missing",
	       (long)(before - frames_free()));
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(
			bits_interior_entries_allow_all_whatever_the_page_allows),
		CLAIM_ONCE(bits_every_level_has_its_nine_bits_of_the_address),
		CLAIM_ONCE(bits_the_leaf_says_what_the_page_allows),
		CLAIM_ONCE(
			bits_a_private_page_that_others_see_is_never_writable),
		CLAIM_ONCE(bits_the_mmu_grants_what_was_asked_for_and_no_more),
		CLAIM_ONCE(tables_are_made_for_what_is_missing_and_no_more),
		CLAIM_ONCE(tables_start_empty),
		CLAIM_ONCE(tables_and_pages_have_one_reference_for_each_entry),
		CLAIM_ONCE(tables_go_with_their_root),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
