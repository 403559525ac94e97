/*
 * The student's relocation on the host, under sanitizers, in objects made by hand.
 * Each test is one claim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "objects.h"

/* Relocates one object of the list. */
static void
relocate_one(size_t i)
{
	__dl_relocate(&the_list, &the_list.list[i]);
}

static uint64_t
word_at(const struct made *m, uint64_t at)
{
	uint64_t value;

	memcpy(&value, m->data + at, sizeof(value));
	return value;
}

static void
set_word(struct made *m, uint64_t at, uint64_t value)
{
	memcpy(m->data + at, &value, sizeof(value));
}

#define GARBAGE 0x5a5a5a5a5a5a5a5aul /* what the words held before */

static void
assert_word(const struct made *m, uint64_t at, uint64_t value)
{
	uint64_t base = m->object.base, found = word_at(m, at);

	if (found == GARBAGE && value != GARBAGE)
		fail_msg("%s: the word at 0x%lx is as it was before",
			 m->object.name, (unsigned long)at);
	if (found != value)
		fail_msg("%s, at base 0x%lx: the word at 0x%lx: expected "
			 "0x%lx, found 0x%lx",
			 m->object.name, (unsigned long)base, (unsigned long)at,
			 (unsigned long)value, (unsigned long)found);
}

/* The program is relocated, and ends at what cannot be done. */
static void
assert_refused(const char *what)
{
	make_list(&the_program, &lib_one, NULL);
	if (!dies(relocate_one(0)))
		fail_msg("%s: expected that __dl_fail ends the program", what);
	if (!strstr(reason, "program"))
		fail_msg("%s: __dl_fail must name the object: \"%s\"", what,
			 reason);
}

/* A program that uses v, w and f of the library. */
static void
make_pair(void)
{
	static const struct made_symbol uses[] = {
		{"v", BIND_GLOBAL, TYPE_NONE, 0, 0, true},
		{"f", BIND_GLOBAL, TYPE_CODE, 0, 0, true},
		{"here", BIND_LOCAL, TYPE_NONE, 0x700, 8, false},
		{"gone", BIND_WEAK, TYPE_NONE, 0, 0, true},
		{"lost", BIND_GLOBAL, TYPE_NONE, 0, 0, true},
		{"copied", BIND_GLOBAL, TYPE_DATA, 0x600, 24, false},
	};
	static const struct made_symbol has[] = {
		{"v", BIND_GLOBAL, TYPE_DATA, 0x100, 8, false},
		{"f", BIND_GLOBAL, TYPE_CODE, 0x200, 16, false},
		{"copied", BIND_GLOBAL, TYPE_DATA, 0x300, 24, false},
	};

	object_make(&the_program, "program", uses, 6, TABLE_GNU);
	object_make(&lib_one, "first", has, 3, TABLE_GNU);
	for (uint64_t at = 0; at < DATA_SIZE; at += 8) {
		set_word(&the_program, at, GARBAGE);
		set_word(&lib_one, at, at);
	}
}

static void
relocate_program(void)
{
	make_list(&the_program, &lib_one, NULL);
	if (dies(relocate_one(0)))
		fail_msg("__dl_fail ended the program: \"%s\"", reason);
}

/* Every word of the program's data but those at the places given is as before. */
static void
assert_only(const uint64_t *places, size_t count)
{
	for (uint64_t at = 0; at < DATA_SIZE; at += 8) {
		bool may = false;

		for (size_t i = 0; i < count; i++)
			may |= places[i] == at;
		if (!may && word_at(&the_program, at) != GARBAGE)
			fail_msg("the word at 0x%lx was written, for which "
				 "there is no relocation",
				 (unsigned long)at);
	}
}

static void
relocation_relative_is_base_plus_addend(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_RELATIVE, NULL, 0x1234);
	object_data(&the_program, 0x408, R_X86_64_RELATIVE, NULL, -8);
	relocate_program();
	assert_word(&the_program, 0x400, the_program.object.base + 0x1234);
	assert_word(&the_program, 0x408, the_program.object.base - 8);
	assert_only((uint64_t[]){0x400, 0x408}, 2);
}

static void
relocation_64_is_symbol_plus_addend(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_64, "v", 0);
	object_data(&the_program, 0x410, R_X86_64_64, "v", 24);
	object_data(&the_program, 0x420, R_X86_64_64, "f", -3);
	object_data(&the_program, 0x430, R_X86_64_64, "here", 5);
	relocate_program();
	assert_word(&the_program, 0x400, lib_one.object.base + 0x100);
	assert_word(&the_program, 0x410, lib_one.object.base + 0x118);
	assert_word(&the_program, 0x420, lib_one.object.base + 0x1fd);
	assert_word(&the_program, 0x430, the_program.object.base + 0x705);
	assert_only((uint64_t[]){0x400, 0x410, 0x420, 0x430}, 4);
}

/* gABI: the value of symbol number 0 is 0. It is nobody's address. */
static void
relocation_without_a_symbol_is_the_addend(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_64, NULL, 0x1234);
	object_data(&the_program, 0x408, R_X86_64_GLOB_DAT, NULL, 0);
	relocate_program();
	assert_word(&the_program, 0x400, 0x1234);
	assert_word(&the_program, 0x408, 0);
	assert_only((uint64_t[]){0x400, 0x408}, 2);
}

static void
relocation_got_and_plt_slots_get_the_address(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_GLOB_DAT, "v", 0);
	object_data(&the_program, 0x408, R_X86_64_NONE, NULL, 99);
	object_plt(&the_program, 0x410, "f");
	object_plt(&the_program, 0x418, "v");
	relocate_program();
	assert_word(&the_program, 0x400, lib_one.object.base + 0x100);
	assert_word(&the_program, 0x410, lib_one.object.base + 0x200);
	assert_word(&the_program, 0x418, lib_one.object.base + 0x100);
	assert_only((uint64_t[]){0x400, 0x410, 0x418}, 3);
}

static void
relocation_copy_takes_the_bytes_of_the_library(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x600, R_X86_64_COPY, "copied", 0);
	object_data(&the_program, 0x400, R_X86_64_GLOB_DAT, "copied", 0);
	object_data(&lib_one, 0x500, R_X86_64_GLOB_DAT, "copied", 0);
	relocate_program();
	assert_word(&the_program, 0x600, 0x300);
	assert_word(&the_program, 0x608, 0x308);
	assert_word(&the_program, 0x610, 0x310);
	assert_word(&the_program, 0x400, the_program.object.base + 0x600);
	assert_only((uint64_t[]){0x400, 0x600, 0x608, 0x610}, 4);
	relocate_one(1);
	assert_word(&lib_one, 0x500, the_program.object.base + 0x600);
}

static void
relocation_of_the_linker_itself_needs_no_list(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_RELATIVE, NULL, 0x40);
	object_data(&the_program, 0x408, R_X86_64_GLOB_DAT, "v", 0);
	object_data(&the_program, 0x410, R_X86_64_RELATIVE, NULL, 0x80);
	__dl_relocate_self(&the_program.object);
	assert_word(&the_program, 0x400, the_program.object.base + 0x40);
	assert_word(&the_program, 0x410, the_program.object.base + 0x80);
	assert_only((uint64_t[]){0x400, 0x410}, 2);
}

static void
undefined_weak_symbols_are_0(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_GLOB_DAT, "gone", 0);
	object_data(&the_program, 0x408, R_X86_64_64, "gone", 16);
	object_plt(&the_program, 0x410, "gone");
	relocate_program();
	assert_word(&the_program, 0x400, 0);
	assert_word(&the_program, 0x408, 16);
	assert_word(&the_program, 0x410, 0);
}

static void
undefined_others_end_the_program_by_name(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_GLOB_DAT, "lost", 0);
	assert_refused("a symbol that is nowhere");
	if (!strstr(reason, "lost"))
		fail_msg("__dl_fail must name the symbol: \"%s\"", reason);
}

static void
undefined_kinds_of_relocation_are_refused(void **state)
{
	(void)state;
	make_pair();
	object_data(&the_program, 0x400, R_X86_64_DTPMOD64, "v", 0);
	assert_refused("R_X86_64_DTPMOD64");
	assert_word(&the_program, 0x400, GARBAGE);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relocation_relative_is_base_plus_addend),
		cmocka_unit_test(relocation_64_is_symbol_plus_addend),
		cmocka_unit_test(relocation_without_a_symbol_is_the_addend),
		cmocka_unit_test(relocation_got_and_plt_slots_get_the_address),
		cmocka_unit_test(
			relocation_copy_takes_the_bytes_of_the_library),
		cmocka_unit_test(relocation_of_the_linker_itself_needs_no_list),
		cmocka_unit_test(undefined_weak_symbols_are_0),
		cmocka_unit_test(undefined_others_end_the_program_by_name),
		cmocka_unit_test(undefined_kinds_of_relocation_are_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
