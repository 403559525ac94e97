/*
 * Every kind of change that takes something away from an entry of a page table:
 * in a debug build the shadow TLB watches whether a flush follows each.
 */
#include "pages.h"

#define MIB (1024 * 1024ul)

/* Fork takes W from the root; the writes own tables and a page. */
static void
fork_and_write(volatile char *p)
{
	pid_t pid;

	p[0] = 1;
	pid = fork();
	if (pid == 0)
		_exit(p[0] == 1 ? 0 : 1);
	p[0] = 2;
	is(ending(finish(pid)), 0, "the child saw what was there at the fork");
	is(p[0], 2, "and the parent what it wrote");
}

static void
protect_and_unmap(char *p)
{
	p[PAGE] = 1;
	is(mprotect(p + PAGE, PAGE, PROT_READ), 0, "a page loses W");
	is(p[PAGE], 1, "but not its contents");
	is(munmap(p + PAGE, PAGE), 0, "a page is unmapped");
	is(munmap(p + 2 * MIB, 4 * MIB), 0, "a whole table is unmapped");
}

/* The page is seen at another address, and no more where it was. */
static void
move(char *p)
{
	p[0] = 3;
	is(mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE) ==
		   p + PAGE,
	   1, "a page moves");
	is(p[PAGE], 3, "with its contents");
}

int
main(void)
{
	char *p = (char *)(uintptr_t)new_pages(8 * MIB / PAGE);

	for (size_t at = 0; at < 8 * MIB; at += MIB / 2)
		p[at] = 1;
	fork_and_write(p);
	protect_and_unmap(p);
	move(p);
	free_pages(p, 8 * MIB / PAGE);
	return done();
}
