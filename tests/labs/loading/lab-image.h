/*
 * One program, linked in three ways: what exec made of its segments.
 */
#pragma once

#include "pages.h"

enum {
	DATA_BYTES = 6000, /* .data ends within a page, whose rest is .bss */
	BSS_BYTES = 12000,
};

static char data[DATA_BYTES] = {'d', 'a', 't', 'a', [DATA_BYTES - 1] = 'z'};
static char bss[BSS_BYTES];
static char *const pointer = &data[3]; /* the linker's, or a relocation's */

/* The compiler must not know what it reads. */
static volatile char *
hide(const void *p)
{
	uintptr_t address = (uintptr_t)p;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

static int
count_set(const volatile char *p, size_t n)
{
	int set = 0;

	for (size_t i = 0; i < n; i++)
		set += p[i] != 0;
	return set;
}

int
main(void)
{
	struct pageinfo text;
	int wrong = count_set(hide(bss), BSS_BYTES);

	is(wrong, 0, "all bytes of .bss are zero when the program starts");
	ok(hide(data)[0] == 'd' && hide(data)[DATA_BYTES - 1] == 'z',
	   ".data holds what the linker wrote, from its first byte to its last");
	is(count_set(hide(data) + 4, DATA_BYTES - 5), 0, "and zeros between");
	is(*hide(pointer), 'a', "a pointer in .data leads where it should");
	text = page_of(0, (const void *)(uintptr_t)&main);
	is(text.prot, PROT_READ | PROT_EXEC, "text is r-x");
	ok(text.module && text.source == PAGE_FILE,
	   "its touched page is the module's frame");
	is(page_of(0, data).prot, PROT_READ | PROT_WRITE, "data is rw-");
	is(page_of(0, bss + BSS_BYTES - 1).prot, PROT_READ | PROT_WRITE,
	   "bss is rw-");
	return tap_failures; /* the plan and the end are the caller's */
}
