/*
 * The audit and the simulated MMU: do they see what they are there to see?
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "kernel/cpu.h"
#include "machine.h"
#include "mm/audit.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mmu.h"

#define VA	0x400000ul
#define RW	(PROT_READ | PROT_WRITE)
#define ENTRY_W 0x2ul

static int
quiet_audit(void)
{
	int defects;

	machine_quiet(true);
	defects = audit(NULL);
	machine_quiet(false);
	return defects;
}

/* Where the leaf of va lies: found by walking the bytes. */
static uint64_t *
leaf(struct space *s, vaddr_t va)
{
	uint64_t *table = frame_page(s->root);

	for (int shift = 39; shift > 12; shift -= 9)
		table = frame_page(frame_at(table[va >> shift & 511] &
					    0x000ffffffffff000ul));
	return &table[va >> 12 & 511];
}

static struct space *
a_space_with_a_page(void)
{
	struct space *s = a_space();

	map(s, VA, 2, anonymous(RW));
	poke(s, VA, 1);
	return s;
}

TEST(a_sound_world_has_no_defects)
{
	struct space *s = a_space_with_a_page();

	a_fork(s);
	assert_int_equal(audit(NULL), 0);
}

TEST(a_lost_and_an_extra_reference_are_found)
{
	struct frame *f = frame_of_page(a_space_with_a_page(), VA);

	f->refs++;
	assert_true(quiet_audit() > 0);
	f->refs -= 2;
	assert_true(quiet_audit() > 0);
	f->refs++;
	assert_int_equal(audit(NULL), 0);
}

TEST(a_frame_that_nobody_holds_is_found)
{
	struct frame *f = must_have(frame_alloc(FRAME_PAGE));

	assert_int_equal(quiet_audit(), 1);
	frame_put(f);
}

TEST(a_writable_entry_to_a_page_that_others_see_is_found)
{
	struct space *s = a_space_with_a_page();
	uint64_t *entry;

	peek(s, VA + PAGE_SIZE); /* the zero frame */
	entry = leaf(s, VA + PAGE_SIZE);
	*entry |= ENTRY_W;
	assert_true(quiet_audit() > 0);
	*entry &= ~ENTRY_W;
}

/* Puts another entry in the place of va's leaf. => whether the recount and the
 * look at this page alone find it, and name the entry and its frame */
static bool
is_found(struct space *s, uint64_t entry)
{
	uint64_t *place = leaf(s, VA), was = *place;
	char text[80];
	bool found;

	snprintf(text, sizeof(text), "level 1 entry 0: %lx to frame %lx", entry,
		 (entry & 0x000ffffffffff000ul) / PAGE_SIZE);
	*place = entry;
	found = quiet_audit() > 0;
	machine_quiet(true);
	found = found && audit_page(s, VA) > 0 && strstr(machine_said(), text);
	machine_quiet(false);
	*place = was;
	assert_int_equal(audit(NULL), 0);
	return found;
}

TEST(an_entry_in_a_part_that_counts_as_empty_is_found)
{
	struct space *s = a_space_with_a_page();
	struct frame *table = frame_of(leaf(s, VA));
	uint32_t used = table->used;

	table->used = 0;
	assert_true(quiet_audit() > 0);
	table->used = used;
	assert_int_equal(audit(NULL), 0);
}

TEST(an_entry_to_what_no_program_may_see_is_found)
{
	struct space *s = a_space_with_a_page();
	uint64_t bits = *leaf(s, VA) & 0xfff;
	struct frame *f = must_have(frame_alloc(FRAME_BUFFER));

	frame_put(f);
	assert_true(is_found(s, frame_addr(f) | bits)); /* free */
	f = frame_of((void *)page_down((uintptr_t)s));
	assert_int_equal(f->kind, FRAME_HEAP);
	assert_true(is_found(s, frame_addr(f) | bits));
	assert_true(is_found(s, frame_addr(s->root) | bits));
	assert_true(is_found(s, frame_addr(pt_kernel_root()) | bits));
	assert_true(is_found(s, bits));			       /* firmware's */
	assert_true(is_found(s, 0x000ffffffffff000ul | bits)); /* no RAM */
	assert_int_equal(audit_page(s, VA), 0);
}

TEST(a_bit_that_no_entry_has_is_found)
{
	struct space *s = a_space_with_a_page();
	uint64_t entry = *leaf(s, VA);

	assert_true(is_found(s, entry & ~1ul));
	for (int bit = 52; bit < 63; bit++)
		assert_true(is_found(s, entry | 1ul << bit));
	assert_true(is_found(s, entry | 1ul << 8)); /* global */
}

TEST(a_shared_page_that_is_not_the_stores_is_found)
{
	struct space *s = a_space();
	struct frame *other = a_frame();
	struct region shared = anonymous(RW);
	uint64_t *place, was;

	shared.shared = true;
	shared.store = a_store(PAGE_SIZE);
	shared.filled = REGION_FILLED;
	map(s, VA, 1, shared);
	poke(s, VA, 1);
	assert_int_equal(audit_page(s, VA), 0);
	place = leaf(s, VA);
	was = *place;
	*place = (was & ~0x000ffffffffff000ul) | frame_addr(other);
	machine_quiet(true);
	assert_int_equal(audit_page(s, VA), 1);
	machine_quiet(false);
	*place = was;
}

TEST(a_page_outside_the_regions_is_found)
{
	struct space *s = a_space_with_a_page();
	struct frame *f = a_frame();

	must(pt_map(s->root, 2 * VA, f, RW, false));
	forget(f);
	assert_int_equal(quiet_audit(), 1);
	must(pt_unmap(s->root, 2 * VA, 2 * VA + PAGE_SIZE));
}

TEST(a_page_that_allows_more_than_its_region_is_found)
{
	struct space *s = a_space_with_a_page();

	space_find(s, VA)->prot = PROT_READ;
	assert_int_equal(quiet_audit(), 1);
	space_find(s, VA)->prot = RW;
}

TEST(a_changed_kernel_half_is_found)
{
	struct space *s = a_space_with_a_page();
	uint64_t *root = frame_page(s->root);

	root[300] ^= 1ul << 52;
	assert_int_equal(quiet_audit(), 1);
	root[300] ^= 1ul << 52;
}

/* What a kernel without flushes would suffer: the point of the simulation. */
TEST(the_simulated_tlb_remembers_until_it_is_flushed)
{
	struct space *s = a_space_with_a_page();
	uint64_t *entry = leaf(s, VA), was = *entry;

	*entry &= ~ENTRY_W;
	assert_non_null(mmu_access(VA, PROT_WRITE)); /* it still goes */
	cpu_flush_page(VA);
	assert_null(mmu_access(VA, PROT_WRITE));
	*entry = 0;
	assert_null(mmu_access(VA, PROT_READ));
	*entry = was;
	assert_non_null(mmu_access(VA, PROT_READ));
	*entry = 0;
	assert_non_null(mmu_access(VA, PROT_READ));
	cpu_flush_all();
	assert_null(mmu_access(VA, PROT_READ));
	*entry = was;
}

TEST(the_simulated_cpu_remembers_pointers_to_tables)
{
	struct space *s = a_space_with_a_page();
	uint64_t *root = frame_page(s->root), was = root[0];

	assert_int_equal(peek(s, VA), 1);
	root[0] = 0;
	assert_non_null(mmu_access(VA, PROT_READ));
	cpu_flush_page(VA + PAGE_SIZE); /* INVLPG drops all such pointers */
	assert_non_null(mmu_access(VA, PROT_READ)); /* but not the leaf */
	cpu_flush_page(VA);
	assert_null(mmu_access(VA, PROT_READ));
	root[0] = was;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_sound_world_has_no_defects),
		CLAIM(a_lost_and_an_extra_reference_are_found),
		CLAIM(a_frame_that_nobody_holds_is_found),
		CLAIM(a_writable_entry_to_a_page_that_others_see_is_found),
		CLAIM(an_entry_in_a_part_that_counts_as_empty_is_found),
		CLAIM(an_entry_to_what_no_program_may_see_is_found),
		CLAIM(a_bit_that_no_entry_has_is_found),
		CLAIM(a_shared_page_that_is_not_the_stores_is_found),
		CLAIM(a_page_outside_the_regions_is_found),
		CLAIM(a_page_that_allows_more_than_its_region_is_found),
		CLAIM(a_changed_kernel_half_is_found),
		CLAIM(the_simulated_tlb_remembers_until_it_is_flushed),
		CLAIM(the_simulated_cpu_remembers_pointers_to_tables),
	};

	return RUN(tests);
}
