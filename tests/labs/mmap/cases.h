/*
 * What the host tests of the mmap lab share: kinds of mappings, cases, and the
 * comparison with the model of tests/host.
 *
 * A case maps six pages that cross a boundary of page tables, touches some of
 * them, makes one cut, and compares all that a program could see, page by page
 * and byte by byte.
 */
#pragma once

#include "tests/host/harness.h"

#include <stdio.h>
#include <string.h>

#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "tests/host/hostile.h"
#include "tests/host/machine.h"
#include "tests/host/mmu.h"
#include "tests/host/model.h"

enum {
	N = 6,		       /* pages of a mapping */
	ISLAND = ISLAND_PAGES, /* model pages [ISLAND, 2 ISLAND): two tables */
	FIRST = ISLAND + 5,    /* so that page 3 begins the second table */
	R = PROT_READ,
	RW = PROT_READ | PROT_WRITE,
	RX = PROT_READ | PROT_EXEC,
};

static const struct kind {
	const char *name;
	int store; /* -1: none */
	uint64_t offset, filled;
	bool shared;
} kinds[] = {
	{"anonymous memory", -1, 0, REGION_FILLED, false},
	{"a private file map", 1, PAGE_SIZE, REGION_FILLED, false},
	{"a program's data and bss", STORE_FIXED, PAGE_SIZE,
	 2 * PAGE_SIZE + 1000, false},
	{"a shared file map", 2, PAGE_SIZE, REGION_FILLED, true},
};

enum touched { NOTHING, ALL_WRITTEN, SOME_WRITTEN, TOUCHES };

static const char *const touched_name[] = {"untouched", "written",
					   "half written, half read"};

static struct space *space;
static struct model_space model;
static char what[160]; /* the case under way, for messages */

/* ---- Both worlds */

static inline void
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

	random_start(0x9a17e5);
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

static inline struct region
region_like(const struct kind *k, int prot)
{
	struct region r = anonymous(prot);

	r.filled = k->filled;
	if (k->store < 0)
		return r;
	r.store = model_store[k->store].store;
	r.offset = k->offset;
	r.shared = k->shared;
	return r;
}

static inline void
must_be(int got, int wanted, const char *op)
{
	if (got != wanted)
		fail_msg("%s: %s returned %d, should be %d", what, op, got,
			 wanted);
}

static inline int
real_map(unsigned first, unsigned count, const struct region *like)
{
	return space_map(space, model_address(first), count * PAGE_SIZE, like);
}

static inline void
both_map(unsigned first, unsigned count, const struct kind *k, int prot)
{
	struct region like = region_like(k, prot);

	must_be(real_map(first, count, &like), 0, "space_map");
	model_map(&model, first, count, &like, k->store);
}

static inline void
write_byte(unsigned i, uint64_t offset, uint8_t byte)
{
	if (model_access(&model, i, PROT_WRITE) < 0)
		return;
	poke(space, model_address(i) + offset, byte);
	model_write(&model, i, offset, byte);
}

static inline void
read_byte(unsigned i)
{
	if (model_access(&model, i, PROT_READ) == 0)
		peek(space, model_address(i));
}

static inline void
touch_pages(enum touched touched)
{
	for (unsigned i = 0; touched != NOTHING && i < N; i++)
		if (touched == ALL_WRITTEN || i % 2 == 0)
			write_byte(FIRST + i, 7, (uint8_t)(0x41 + i));
		else
			read_byte(FIRST + i);
}

static inline void
begin(const struct kind *k, enum touched touched)
{
	memset(&model, 0, sizeof(model));
	snprintf(what, sizeof(what), "six pages of %s, %s", k->name,
		 touched_name[touched]);
	space = a_space();
	both_map(FIRST, N, k, RW);
	touch_pages(touched);
}

static inline void
end(void)
{
	model_unmap(&model, 0, MODEL_PAGES);
	for (int cpu = MMU_CPUS; cpu-- > 0;) {
		mmu_be(cpu);
		pt_activate(pt_kernel_root());
	}
	space_put(space);
	for (int i = 0; i < STORES; i++)
		if (model_store[i].store->refs != 1)
			fail_msg("%s: with the space gone store %d has %u "
				 "references, should be 1 (the file's)",
				 what, i, model_store[i].store->refs);
}

/* ---- Comparing */

static const char *
answer_name(int err)
{
	switch (err) {
	case 0:
		return "allowed";
	case -EFAULT:
		return "refused: no region (EFAULT)";
	case -EACCES:
		return "refused: the region's rights (EACCES)";
	case -ENXIO:
		return "refused: beyond the file (ENXIO)";
	default:
		return "refused";
	}
}

static inline void
compare_bytes(unsigned i)
{
	struct pt_page page;
	const uint8_t *byte;

	if (!pt_lookup(space->root, model_address(i), &page))
		return;
	if (!model.page[i].mapped)
		fail_msg("%s: page %d (0x%lx) is in no region, and the page "
			 "table still shows frame 0x%zx there",
			 what, (int)i - FIRST, page.va,
			 frame_number(page.frame));
	byte = frame_page(page.frame);
	for (uint64_t at = 0; at < PAGE_SIZE; at++)
		if (byte[at] != model_byte(&model, i, at))
			fail_msg("%s: byte %lu of page %d (0x%lx) is 0x%x, "
				 "should be 0x%x",
				 what, at, (int)i - FIRST, page.va, byte[at],
				 model_byte(&model, i, at));
}

static inline void
compare_access(unsigned i, int access, const char *name)
{
	int wanted = model_access(&model, i, access);
	int got = touch(space, model_address(i), access);

	if (got != wanted)
		fail_msg("%s: %s of page %d (0x%lx) is %s, should be %s", what,
			 name, (int)i - FIRST, model_address(i),
			 answer_name(got), answer_name(wanted));
}

static inline void
compare_page(unsigned i)
{
	compare_bytes(i);
	compare_access(i, PROT_READ, "read");
	compare_access(i, PROT_EXEC, "execute");
	compare_bytes(i);
	compare_access(i, PROT_WRITE, "write");
	compare_bytes(i);
}

static inline void
compare(void)
{
	if (!region_set_audit(&space->regions))
		fail_msg("%s: the regions break R1 or R3", what);
	for (unsigned i = 0; i < ISLAND; i++)
		compare_page(ISLAND + i);
	mmu_check();
}

/* ---- Every cut */

struct cut {
	const struct kind *kind;
	enum touched touched;
	unsigned from, to; /* pages [from, to) of the six */
};

static inline unsigned
first_page(const struct cut *c)
{
	return FIRST + c->from;
}

static inline unsigned
page_count(const struct cut *c)
{
	return c->to - c->from;
}

static inline void
name_cut(const struct cut *c, const char *verb)
{
	size_t len = strlen(what);

	snprintf(what + len, sizeof(what) - len, "; %s pages %u to %u", verb,
		 c->from, c->to - 1);
}

static inline void
every_cut_of(const struct kind *k, enum touched touched,
	     void (*operation)(const struct cut *c))
{
	for (unsigned from = 0; from < N; from++)
		for (unsigned to = from + 1; to <= N; to++) {
			struct cut c = {k, touched, from, to};

			begin(k, touched);
			operation(&c);
			compare();
			end();
		}
	check_all();
}

static inline void
every_cut(void (*operation)(const struct cut *c))
{
	make_stores();
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (enum touched t = 0; t < TOUCHES; t++)
			every_cut_of(&kinds[i], t, operation);
}
