/*
 * A program without a dynamic linker.
 */
#include "pages.h"

int
main(int argc, char *argv[])
{
	static struct pageinfo info;
	int libc = 0;

	ok(argc == 1 && argv[0] != NULL, "a static program gets arguments");
	ok(getenv("PATH") != NULL, "and an environment");
	for (uint64_t addr = 0; next_page(0, &addr, &info); addr += PAGE)
		libc += strcmp(info.name, "libc.so") == 0;
	is(libc, 0, "it maps no libc.so");
	ok(page_of(0, &main).module, "its text is the module's frame");
	return done();
}
