/*
 * One copy of each page: what stores and the mappings of stores do, on the host.
 */
#include "sharing.h"

TEST(in_place_a_whole_aligned_page_is_the_modules_frame)
{
	struct store *st = a_file(0);
	size_t pages = frame_count(FRAME_PAGE);

	for (uint64_t i = 0; i < FILE_PAGES - 1; i++) {
		expect_frame(page_of(st, i, false), module_frame(i),
			     "a whole aligned page of a file");
		expect_refs(module_frame(i), 2, "the module, the slot");
	}
	expect_taken(pages, 0, "touching pages in place");
	expect_contents(st);
	expect_taken(pages, 1, "touching the last page, where the file ends");
}

TEST(in_place_the_store_gives_its_references_back)
{
	struct store *st = a_file(0);

	expect_contents(st);
	forget(st);
	store_put(st);
	expect_refs(module_frame(0), 1, "after the store's end, the module");
}

TEST(in_place_only_frames_of_the_module_are_shown)
{
	struct frame *buffer = a_frame();
	struct store *st = a_store_from(frame_page(buffer), PAGE_SIZE);

	memset(frame_page(buffer), 'x', PAGE_SIZE);
	if (page_of(st, 0, false) == buffer)
		fail_msg("a page whose source is not in the module is shown "
			 "in place: expected a copy");
	expect(*(char *)frame_page(page_of(st, 0, false)), 'x', "the copy");
}

/* ---- One copy. */

TEST(copied_once_on_the_first_touch)
{
	struct store *st = a_file(UNALIGNED);
	size_t pages = frame_count(FRAME_PAGE);
	struct frame *f;

	expect(store_peek(st, 1) != NULL, false,
	       "the slot of an untouched page is filled");
	expect_taken(pages, 0, "a store that nobody touched");
	f = page_of(st, 1, false);
	expect_taken(pages, 1, "the first touch");
	expect_refs(f, 1, "the slot");
	expect_frame(page_of(st, 1, false), f, "the second touch");
	expect_frame(store_peek(st, 1), f, "the slot");
	expect_contents(st);
	expect_contents(st);
	expect_taken(pages, FILE_PAGES, "touching everything twice");
}

TEST(copied_once_for_all_who_map_it)
{
	struct store *st = a_file(UNALIGNED);
	struct space *s = a_space(), *other = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, FILE_PAGES, showing(st, 0, R, false));
	map(other, 2 * VA, FILE_PAGES, showing(st, 0, RW, false));
	for (vaddr_t at = 0; at < FILE_PAGES * PAGE_SIZE; at += PAGE_SIZE) {
		expect(peek(s, VA + at), file_byte(at), "a byte of the file");
		expect(peek(other, 2 * VA + at), file_byte(at),
		       "a byte of the file, seen by another");
		expect_frame(frame_of_page(other, 2 * VA + at),
			     frame_of_page(s, VA + at), "the second process");
		expect_refs(frame_of_page(s, VA + at), 3,
			    "the slot, two entries");
	}
	expect_taken(pages, FILE_PAGES, "two processes");
}

/* ---- The ends of a store. */

TEST(edge_there_is_no_page_behind_the_last)
{
	struct store *st = a_file(0), *whole = a_store(2 * PAGE_SIZE);
	struct frame *f;

	page_of(st, 3, false);
	expect(store_page(st, 4, false, &f), -ENXIO,
	       "store_page behind the last page");
	expect(store_page(st, UINT64_MAX, true, &f), -ENXIO,
	       "store_page far behind the last page");
	expect(store_peek(st, 4) != NULL, false,
	       "the slot behind the last page is filled");
	page_of(whole, 1, false);
	expect(store_page(whole, 2, false, &f), -ENXIO,
	       "store_page behind the last whole page");
}

TEST(edge_a_mapping_ends_with_the_last_page)
{
	struct store *st = a_store_from(machine_module(), 2 * PAGE_SIZE);
	struct space *s = a_space();

	memset(machine_module(), 'm', 3 * PAGE_SIZE);
	map(s, VA, 4, showing(st, 0, RW, false));
	expect(peek(s, VA + PAGE_SIZE), 'm', "the last page");
	expect(touch(s, VA + 2 * PAGE_SIZE, R), -ENXIO,
	       "reading a page behind the end");
	expect(touch(s, VA + 3 * PAGE_SIZE, PROT_WRITE), -ENXIO,
	       "writing a page behind the end");
	expect(frame_of_page(s, VA + 2 * PAGE_SIZE) != NULL, false,
	       "a page behind the end is mapped");
}

TEST(edge_what_has_no_source_is_zero)
{
	struct store *st = a_store(2 * PAGE_SIZE), *longer = a_file(UNALIGNED);
	const uint8_t *page = frame_page(page_of(st, 1, false));

	for (uint64_t i = 0; i < PAGE_SIZE; i++)
		expect(page[i], 0, "a byte without a source");
	must(store_resize(longer, FILE_SIZE + 3 * PAGE_SIZE));
	expect_contents(longer);
	page = frame_page(page_of(longer, 5, false));
	for (uint64_t i = 0; i < PAGE_SIZE; i++)
		expect(page[i], 0, "a byte behind the source");
}

/* ---- What may be dropped and made again. */

TEST(reclaim_drops_clean_pages_and_they_come_back)
{
	struct store *st = a_file(UNALIGNED);
	size_t pages = frame_count(FRAME_PAGE);

	expect_contents(st);
	expect(store_reclaim(), FILE_PAGES, "pages dropped");
	expect_taken(pages, 0, "a store after reclaim");
	expect_contents(st);
}

TEST(reclaim_keeps_written_pages)
{
	struct store *st = a_file(UNALIGNED);

	page_of(st, 1, false);
	*(char *)frame_page(page_of(st, 0, true)) = 'w';
	page_of(st, 0, false); /* a later reader changes nothing */
	if (store_reclaim() != 1 || !store_peek(st, 0))
		fail_msg("expected: reclaim drops the clean page and keeps "
			 "the written one");
	expect(*(char *)frame_page(page_of(st, 0, false)), 'w',
	       "the written byte");
}

TEST(reclaim_keeps_a_page_that_was_read_before_it_was_written)
{
	struct store *st = a_file(UNALIGNED);

	page_of(st, 0, false);
	*(char *)frame_page(page_of(st, 0, true)) = 'w';
	if (store_reclaim() != 0 || !store_peek(st, 0))
		fail_msg("the first touch was a read, the second a write: "
			 "reclaim dropped the page, and the write with it");
}

TEST(reclaim_keeps_what_a_shared_mapping_wrote)
{
	struct store *st = a_store(2 * PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 2, showing(st, 0, RW, true));
	poke(s, VA, 'w');
	must(space_unmap(s, VA, 2 * PAGE_SIZE));
	store_reclaim();
	map(s, VA, 2, showing(st, 0, RW, true));
	if (peek(s, VA) != 'w')
		fail_msg("a write through a shared mapping was lost by "
			 "reclaim");
}

TEST(reclaim_keeps_what_was_written_after_mprotect)
{
	struct store *st = a_store(PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 1, showing(st, 0, R, true));
	expect(peek(s, VA), 0, "an untouched byte");
	must(space_protect(s, VA, PAGE_SIZE, RW));
	poke(s, VA, 'w');
	must(space_unmap(s, VA, PAGE_SIZE));
	store_reclaim();
	map(s, VA, 1, showing(st, 0, R, true));
	if (peek(s, VA) != 'w')
		fail_msg("a write through a mapping that was read-only when "
			 "it fetched the page was lost by reclaim");
}

TEST(reclaim_drops_what_nobody_could_write)
{
	struct store *st = a_file(UNALIGNED);
	struct region read_only = showing(st, 0, R, true);
	struct space *s = a_space();

	read_only.max_prot = R;
	map(s, VA, 2, read_only);
	map(s, 2 * VA, 2, showing(st, 2 * PAGE_SIZE, RW, false));
	peek(s, VA);
	poke(s, 2 * VA, 1);
	must(space_unmap(s, VA, 2 * PAGE_SIZE));
	expect(store_reclaim(), 2,
	       "pages dropped, of two that are clean and mapped nowhere");
}

/* ---- Private mappings: shared before, private after a write. */

TEST(private_pages_are_shared_until_one_writes)
{
	struct store *st = a_file(0);
	struct space *s = a_space(), *other = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, FILE_PAGES, showing(st, 0, RW, false));
	map(other, VA, FILE_PAGES, showing(st, 0, RW, false));
	peek(s, VA);
	peek(other, VA);
	expect_frame(frame_of_page(s, VA), module_frame(0), "before a write");
	expect_frame(frame_of_page(other, VA), module_frame(0),
		     "before a write, the other");
	expect_refs(module_frame(0), 4, "the module, the slot, two entries");
	poke(s, VA, '!');
	expect_taken(pages, 1, "the first write");
	expect_refs(frame_of_page(s, VA), 1, "the private page");
	expect(peek(s, VA + 1), file_byte(1),
	       "a byte beside the private write");
	expect(peek(other, VA), file_byte(0), "the byte in another process");
	expect((uint8_t)*machine_module(), file_byte(0),
	       "the byte in the module");
	expect_frame(store_peek(st, 0), module_frame(0), "the slot");
}

TEST(private_first_touch_by_a_write_leaves_the_file_alone)
{
	struct store *st = a_file(UNALIGNED);
	struct space *s = a_space();

	map(s, VA, FILE_PAGES, showing(st, 0, RW, false));
	poke(s, VA + PAGE_SIZE, '!');
	expect_contents(st);
	expect(peek(s, VA + PAGE_SIZE), '!', "the private write");
}

TEST(private_mapping_from_the_middle_of_a_file)
{
	struct store *st = a_file(0);
	struct space *s = a_space();

	map(s, VA, 2, showing(st, 2 * PAGE_SIZE, R, false));
	expect(peek(s, VA + 5), file_byte(2 * PAGE_SIZE + 5),
	       "a byte of the mapping");
	expect_frame(frame_of_page(s, VA), module_frame(2),
		     "the mapping's first page, the file's third");
	must(space_unmap(s, VA, PAGE_SIZE));
	expect(peek(s, VA + PAGE_SIZE), file_byte(3 * PAGE_SIZE),
	       "a byte of the mapping, its first page gone");
}

/* ---- Shared mappings: one page whoever writes. */

TEST(shared_pages_are_the_stores_for_all_who_map_them)
{
	struct store *st = a_file(0);
	struct space *s = a_space(), *other = a_space();
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 2, showing(st, 0, RW, true));
	map(other, 2 * VA, 2, showing(st, 0, R, true));
	peek(other, 2 * VA);
	poke(s, VA, '1');
	expect(peek(other, 2 * VA), '1', "the write, seen by another process");
	expect_frame(frame_of_page(s, VA), module_frame(0), "the writer's");
	expect_taken(pages, 0, "a write to a shared mapping");
}

TEST(shared_pages_stay_shared_after_fork)
{
	struct store *st = a_store(2 * PAGE_SIZE);
	struct space *s = a_space(), *child;
	size_t pages = frame_count(FRAME_PAGE);

	map(s, VA, 2, showing(st, 0, RW, true));
	poke(s, VA, 'p');
	child = a_fork(s);
	poke(child, VA, 'c');
	expect(peek(s, VA), 'c', "the child's write, seen by the parent");
	poke(child, VA + PAGE_SIZE, 'd'); /* which nobody had touched */
	expect(peek(s, VA + PAGE_SIZE), 'd',
	       "the child's write to an untouched page");
	expect_frame(frame_of_page(child, VA), frame_of_page(s, VA),
		     "the child's page");
	expect_refs(frame_of_page(s, VA), 3, "the slot, two entries");
	expect_taken(pages, 2, "two shared pages of two processes");
}

TEST(shared_pages_outlive_their_mappings)
{
	struct store *st = a_store(PAGE_SIZE);
	struct space *s = a_space();

	map(s, VA, 1, showing(st, 0, RW, true));
	poke(s, VA, 's');
	must(space_unmap(s, VA, PAGE_SIZE));
	expect_refs(store_peek(st, 0), 1, "after munmap, the slot");
	map(s, VA, 1, showing(st, 0, R, false));
	expect(peek(s, VA), 's', "the write, seen by a later mapping");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CLAIM_ONCE(in_place_a_whole_aligned_page_is_the_modules_frame),
		CLAIM(in_place_the_store_gives_its_references_back),
		CLAIM(in_place_only_frames_of_the_module_are_shown),
		CLAIM_ONCE(copied_once_on_the_first_touch),
		CLAIM(copied_once_for_all_who_map_it),
		CLAIM(edge_there_is_no_page_behind_the_last),
		CLAIM(edge_a_mapping_ends_with_the_last_page),
		CLAIM_ONCE(edge_what_has_no_source_is_zero),
		CLAIM_ONCE(reclaim_drops_clean_pages_and_they_come_back),
		CLAIM(reclaim_keeps_written_pages),
		CLAIM(reclaim_keeps_a_page_that_was_read_before_it_was_written),
		CLAIM_ONCE(reclaim_keeps_what_a_shared_mapping_wrote),
		CLAIM_ONCE(reclaim_keeps_what_was_written_after_mprotect),
		CLAIM_ONCE(reclaim_drops_what_nobody_could_write),
		CLAIM(private_pages_are_shared_until_one_writes),
		CLAIM(private_first_touch_by_a_write_leaves_the_file_alone),
		CLAIM(private_mapping_from_the_middle_of_a_file),
		CLAIM(shared_pages_are_the_stores_for_all_who_map_them),
		CLAIM(shared_pages_stay_shared_after_fork),
		CLAIM(shared_pages_outlive_their_mappings),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return RUN(tests);
}
