/*
 * The student's look-up of symbols on the host, under sanitizers, in objects made
 * by hand. Each test is one claim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "objects.h"

static struct made lib_two;

/* Where the name is defined: "first+0x40", or "nowhere". */
static const char *
found_at(const char *name, enum lookup how)
{
	static char text[100];
	struct definition def = {NULL, NULL};

	if (!__dl_lookup(&the_list, name, how, &def))
		return "nowhere";
	if (!def.object || !def.symbol)
		return "true, but no definition";
	snprintf(text, sizeof(text), "%s+0x%lx", def.object->name,
		 (unsigned long)def.symbol->st_value);
	return text;
}

static void
assert_found(const char *name, enum lookup how, const char *where)
{
	static const char *const hows[] = {"ADDRESS", "CODE", "COPY"};
	const char *found = found_at(name, how);

	if (strcmp(found, where) != 0)
		fail_msg("LOOKUP_%s of \"%s\": expected %s, found %s",
			 hows[how], name, where, found);
}

/* A library of n functions f0, f1, ...: f<i> at 16 + 8 i. */
static void
make_many(struct made *m, const char *name, size_t n)
{
	struct made_symbol *symbols = calloc(n, sizeof(*symbols));
	char(*names)[16] = calloc(n, sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		symbols[i] = (struct made_symbol){
			names[i], BIND_GLOBAL, TYPE_CODE, 16 + 8 * i, 8, false};
	}
	object_make(m, name, symbols, n, TABLE_GNU);
	free(symbols);
	free(names);
}

static void
make(struct made *m, const char *name, struct made_symbol symbol)
{
	object_make(m, name, &symbol, 1, TABLE_GNU);
}

static void
make_empty(struct made *m, const char *name)
{
	make(m, name,
	     (struct made_symbol){"nothing_else", BIND_GLOBAL, TYPE_DATA, 8, 8,
				  0});
}

/* ---- Pages that must not be read */

static sigjmp_buf trap;
static unsigned char *trapped;

static void
on_trap(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	trapped = info->si_addr;
	siglongjmp(trap, 1);
}

/* found_at(), but => "reads a closed page" when it does. */
static const char *
found_with_pages_closed(const char *name)
{
	struct sigaction mine = {.sa_sigaction = on_trap,
				 .sa_flags = SA_SIGINFO | SA_NODEFER},
			 old[2];
	const char *answer = "reads a closed page";

	sigaction(SIGSEGV, &mine, &old[0]);
	sigaction(SIGBUS, &mine, &old[1]);
	if (sigsetjmp(trap, 1) == 0)
		answer = found_at(name, LOOKUP_ADDRESS);
	sigaction(SIGSEGV, &old[0], NULL);
	sigaction(SIGBUS, &old[1], NULL);
	return answer;
}

static void
close_pages(unsigned char *from, unsigned char *to, int prot)
{
	uintptr_t start = (uintptr_t)from & -(uintptr_t)OBJECT_PAGE;
	uintptr_t end =
		((uintptr_t)to + OBJECT_PAGE - 1) & -(uintptr_t)OBJECT_PAGE;

	assert_int_equal(mprotect((void *)start, end - start, prot), 0);
}

/* ---- Look-up */

static void
lookup_finds_each_of_500_names(void **state)
{
	char name[16], where[32];

	(void)state;
	make_many(&lib_one, "first", 500);
	make_list(&lib_one, NULL, NULL);
	for (unsigned i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		snprintf(where, sizeof(where), "first+0x%x", 16 + 8 * i);
		assert_found(name, LOOKUP_ADDRESS, where);
		assert_found(name, LOOKUP_CODE, where);
	}
}

static void
lookup_finds_no_other_name(void **state)
{
	char name[16];

	(void)state;
	make_many(&lib_one, "first", 500);
	make_list(&lib_one, NULL, NULL);
	assert_found("f499", LOOKUP_ADDRESS, "first+0xfa8");
	for (unsigned i = 500; i < 5000; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		assert_found(name, LOOKUP_ADDRESS, "nowhere");
	}
	assert_found("", LOOKUP_ADDRESS, "nowhere");
	assert_found("F1", LOOKUP_ADDRESS, "nowhere");
}

static void
lookup_hashes_bytes_above_127_unsigned(void **state)
{
	(void)state;
	make(&lib_one, "first",
	     (struct made_symbol){"gr\xc3\xb6\xc3\x9f"
				  "e",
				  BIND_GLOBAL, TYPE_DATA, 64, 8, false});
	make_list(&lib_one, NULL, NULL);
	assert_found("gr\xc3\xb6\xc3\x9f"
		     "e",
		     LOOKUP_ADDRESS, "first+0x40");
}

/* "ab" and "bA" have one hash: 33 a + b = 33 b + A. So have "xab", "xbA"... */
static void
collision_names_with_equal_hash_are_told_apart(void **state)
{
	static const struct made_symbol two[] = {
		{"xab", BIND_GLOBAL, TYPE_DATA, 0x10, 8, false},
		{"xbA", BIND_GLOBAL, TYPE_DATA, 0x20, 8, false},
	};

	(void)state;
	assert_int_equal(object_hash("xab"), object_hash("xbA"));
	object_make(&lib_one, "first", two, 2, TABLE_GNU);
	make_list(&lib_one, NULL, NULL);
	assert_found("xab", LOOKUP_ADDRESS, "first+0x10");
	assert_found("xbA", LOOKUP_ADDRESS, "first+0x20");
}

/* The lowest bit of a hash is not in the chain. */
static void
collision_hashes_that_differ_in_the_lowest_bit(void **state)
{
	static const struct made_symbol two[] = {
		{"ac", BIND_GLOBAL, TYPE_DATA, 0x10, 8, false},
		{"ab", BIND_GLOBAL, TYPE_DATA, 0x20, 8, false},
	};

	(void)state;
	assert_int_equal(object_hash("ac") ^ object_hash("ab"), 1);
	object_make(&lib_one, "first", two, 2, TABLE_GNU);
	make_list(&lib_one, NULL, NULL);
	assert_found("ac", LOOKUP_ADDRESS, "first+0x10");
	assert_found("ab", LOOKUP_ADDRESS, "first+0x20");
}

static void
collision_a_name_with_the_hash_of_another_is_not_that_one(void **state)
{
	(void)state;
	make(&lib_one, "first",
	     (struct made_symbol){"xab", BIND_GLOBAL, TYPE_CODE, 0x10, 8,
				  false});
	make(&lib_two, "second",
	     (struct made_symbol){"xbA", BIND_GLOBAL, TYPE_CODE, 0x20, 8,
				  false});
	make_list(&lib_one, &lib_two, NULL);
	assert_found("xbA", LOOKUP_CODE, "second+0x20");
	assert_found("xab", LOOKUP_CODE, "first+0x10");
	make_list(&lib_one, NULL, NULL);
	assert_found("xbA", LOOKUP_CODE, "nowhere");
}

static void
order_the_first_object_that_defines_the_name_wins(void **state)
{
	(void)state;
	make_empty(&the_program, "program");
	make(&lib_one, "first",
	     (struct made_symbol){"x", BIND_WEAK, TYPE_CODE, 0x10, 8, false});
	make(&lib_two, "second",
	     (struct made_symbol){"x", BIND_GLOBAL, TYPE_CODE, 0x20, 8, false});
	make_list(&the_program, &lib_one, &lib_two);
	assert_found("x", LOOKUP_CODE, "first+0x10");
	make_list(&the_program, &lib_two, &lib_one);
	assert_found("x", LOOKUP_CODE, "second+0x20");
}

static void
order_a_variable_to_copy_is_sought_behind_the_program(void **state)
{
	(void)state;
	make(&the_program, "program",
	     (struct made_symbol){"x", BIND_GLOBAL, TYPE_DATA, 0x10, 8, false});
	make(&lib_one, "first",
	     (struct made_symbol){"x", BIND_GLOBAL, TYPE_DATA, 0x20, 8, false});
	make_list(&the_program, &lib_one, NULL);
	assert_found("x", LOOKUP_ADDRESS, "program+0x10");
	assert_found("x", LOOKUP_COPY, "first+0x20");
}

static void
order_a_plt_entry_is_an_address_but_not_the_code(void **state)
{
	(void)state;
	make(&the_program, "program",
	     (struct made_symbol){"x", BIND_GLOBAL, TYPE_CODE, 0x10, 0, true});
	make(&lib_one, "first",
	     (struct made_symbol){"x", BIND_GLOBAL, TYPE_CODE, 0x20, 8, false});
	make_list(&the_program, &lib_one, NULL);
	assert_found("x", LOOKUP_ADDRESS, "program+0x10");
	assert_found("x", LOOKUP_CODE, "first+0x20");
}

/* The older table holds undefined and local symbols too. */
static void
order_what_does_not_define_is_passed_over(void **state)
{
	static const struct made_symbol none[] = {
		{"x", BIND_GLOBAL, TYPE_CODE, 0, 0, true},
		{"y", BIND_LOCAL, TYPE_DATA, 0x30, 8, false},
		{"z", BIND_GLOBAL, TYPE_TLS, 0x38, 8, false},
	};
	static const struct made_symbol some[] = {
		{"x", BIND_GLOBAL, TYPE_CODE, 0x10, 8, false},
		{"y", BIND_GLOBAL, TYPE_DATA, 0x18, 8, false},
		{"z", BIND_GLOBAL, TYPE_DATA, 0x20, 8, false},
	};

	(void)state;
	object_make(&lib_one, "first", none, 3, TABLE_SYSV);
	object_make(&lib_two, "second", some, 3, TABLE_SYSV);
	make_list(&lib_one, &lib_two, NULL);
	assert_found("x", LOOKUP_ADDRESS, "second+0x10");
	assert_found("y", LOOKUP_ADDRESS, "second+0x18");
	assert_found("z", LOOKUP_ADDRESS, "second+0x20");
}

/* ---- Cost */

static void
cost_a_look_up_compares_about_one_name(void **state)
{
	char name[16];

	(void)state;
	make_many(&lib_one, "first", 500);
	make_many(&lib_two, "second", 500);
	make_list(&lib_two, &lib_one, NULL);
	compared = 0;
	for (unsigned i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		if (strcmp(found_at(name, LOOKUP_ADDRESS), "nowhere") == 0)
			fail_msg("\"%s\" is not found: no cost to count", name);
	}
	print_message("500 look-ups compared %lu names\n", compared);
	if (compared > 550)
		fail_msg("expected at most 550 comparisons by __dl_same");
}

/* Only the filter may be read for most of the names that are not there. */
static void
cost_the_filter_answers_without_buckets_and_symbols(void **state)
{
	char name[16], what[40];
	unsigned read = 0;

	(void)state;
	make_many(&lib_one, "first", 500);
	make_list(&lib_one, NULL, NULL);
	assert_found("f0", LOOKUP_ADDRESS, "first+0x10");
	close_pages(lib_one.buckets, lib_one.end, PROT_NONE);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "g%u", i);
		snprintf(what, sizeof(what), "%s",
			 found_with_pages_closed(name));
		read += strcmp(what, "nowhere") != 0;
	}
	close_pages(lib_one.buckets, lib_one.end, PROT_READ | PROT_WRITE);
	print_message("%u of 1000 absent names went past the filter\n", read);
	if (read > 150)
		fail_msg("expected at most 150: both bits must be set");
}

/* Of the symbols, only those of the bucket may be read: all other pages of the
 * symbol table are closed. */
static void
cost_only_symbols_of_the_bucket_are_read(void **state)
{
	unsigned char *start;
	const char *found;

	(void)state;
	make_many(&lib_one, "first", 500);
	make_list(&lib_one, NULL, NULL);
	start = (unsigned char *)lib_one.symbols;
	for (unsigned i = 0; i < 500; i += 7) {
		char name[16], where[32];
		unsigned char *its;

		snprintf(name, sizeof(name), "f%u", i);
		snprintf(where, sizeof(where), "first+0x%x", 16 + 8 * i);
		its = (unsigned char *)&lib_one
			      .symbols[object_symbol(&lib_one, name)];
		close_pages(start, start + lib_one.count * sizeof(Elf64_Sym),
			    PROT_NONE);
		/* the page, and its neighbours: a bucket may cross */
		close_pages(its - OBJECT_PAGE < start ? start
						      : its - OBJECT_PAGE,
			    its + sizeof(Elf64_Sym), PROT_READ);
		found = found_with_pages_closed(name);
		if (strcmp(found, where) != 0)
			fail_msg("\"%s\" with all symbols closed but those "
				 "about its own: expected %s, found: %s",
				 name, where, found);
		close_pages(start, start + lib_one.count * sizeof(Elf64_Sym),
			    PROT_READ);
	}
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookup_finds_each_of_500_names),
		cmocka_unit_test(lookup_finds_no_other_name),
		cmocka_unit_test(lookup_hashes_bytes_above_127_unsigned),
		cmocka_unit_test(
			collision_names_with_equal_hash_are_told_apart),
		cmocka_unit_test(
			collision_hashes_that_differ_in_the_lowest_bit),
		cmocka_unit_test(
			collision_a_name_with_the_hash_of_another_is_not_that_one),
		cmocka_unit_test(
			order_the_first_object_that_defines_the_name_wins),
		cmocka_unit_test(
			order_a_variable_to_copy_is_sought_behind_the_program),
		cmocka_unit_test(
			order_a_plt_entry_is_an_address_but_not_the_code),
		cmocka_unit_test(order_what_does_not_define_is_passed_over),
		cmocka_unit_test(cost_a_look_up_compares_about_one_name),
		cmocka_unit_test(
			cost_the_filter_answers_without_buckets_and_symbols),
		cmocka_unit_test(cost_only_symbols_of_the_bucket_are_read),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
