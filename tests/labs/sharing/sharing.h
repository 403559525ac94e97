/*
 * A file in the simulated module, and what the claims compare.
 */
#pragma once

#include "tests/host/harness.h"

#include <string.h>

#include "mm/fault.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "tests/host/machine.h"

#define VA 0x400000ul
#define R  PROT_READ
#define RW (PROT_READ | PROT_WRITE)

/* A file in the module: 3 pages and 100 bytes. Behind it, in the same page, the
 * archive goes on. */
enum {
	FILE_SIZE = 3 * PAGE_SIZE + 100,
	FILE_PAGES = 4,
	UNALIGNED = 44,
};

/* Never zero; no two pages look alike. */
static uint8_t
file_byte(uint64_t at)
{
	return (uint8_t)(1 + (at * 7 + at / PAGE_SIZE * 31) % 255);
}

static struct store *
a_file(size_t at)
{
	char *source = machine_module() + at;

	memset(machine_module(), 0xcc, MODULE_FRAMES * PAGE_SIZE);
	for (uint64_t i = 0; i < FILE_SIZE; i++)
		source[i] = (char)file_byte(i);
	return a_store_from(source, FILE_SIZE);
}

static void
expect_number(long found, long wanted, const char *what)
{
	if (found != wanted)
		fail_msg("%s: found %ld, expected %ld", what, found, wanted);
}

#define expect(found, wanted, what) \
	expect_number((long)(found), (long)(wanted), what)

static struct frame *
page_of(struct store *st, uint64_t index, bool write)
{
	struct frame *f = NULL;

	must_all(store_page(st, index, write, &f));
	if (!f)
		fail_msg("store_page(%lu) = 0, but gave no frame", index);
	return f;
}

static struct frame *
module_frame(uint64_t page)
{
	return frame_of(machine_module() + page * PAGE_SIZE);
}

static void
expect_frame(const struct frame *found, const struct frame *wanted,
	     const char *what)
{
	if (!found)
		fail_msg("%s: there is no frame", what);
	if (found != wanted)
		fail_msg("%s: frame %zu (kind %d), expected frame %zu (kind "
			 "%d)",
			 what, frame_number(found), found->kind,
			 frame_number(wanted), wanted->kind);
}

static void
expect_refs(const struct frame *f, uint32_t wanted, const char *what)
{
	if (f->refs != wanted)
		fail_msg("%s: %u references, expected %u", what, f->refs,
			 wanted);
}

/* pages: frame_count(FRAME_PAGE) then. */
static void
expect_taken(size_t pages, size_t wanted, const char *what)
{
	size_t now = frame_count(FRAME_PAGE);

	if (now != pages + wanted)
		fail_msg("%s took %ld frames for pages, expected %zu", what,
			 (long)(now - pages), wanted);
}

static void
expect_contents(struct store *st)
{
	for (uint64_t at = 0; at < FILE_PAGES * PAGE_SIZE; at++) {
		const uint8_t *page =
			frame_page(page_of(st, at / PAGE_SIZE, false));
		uint8_t wanted = at < FILE_SIZE ? file_byte(at) : 0;

		if (page[at % PAGE_SIZE] != wanted)
			fail_msg("byte %lu of the store is 0x%02x, expected "
				 "0x%02x%s",
				 at, page[at % PAGE_SIZE], wanted,
				 wanted ? "" : ": it lies behind the end");
	}
}

/* ---- Pages in place. */
