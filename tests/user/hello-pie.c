/*
 * A position-independent program.
 */
#include "pages.h"

static int value = 42;
static int *pointer = &value; /* needs a relocation */

int
main(int argc, char *argv[])
{
	ok(argc == 1 && argv[0] != NULL,
	   "a position-independent program gets arguments");
	ok(*pointer == 42, "its pointers are relocated");
	ok((uintptr_t)&main >= 0x555555554000, "it lies above 0x555555554000");
	is(page_of(0, &main).source, PAGE_FILE,
	   "relocation has not touched its text");
	is(page_of(0, &pointer).source, PAGE_PRIVATE, "but its data");
	return done();
}
