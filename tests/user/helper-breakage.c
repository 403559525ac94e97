/*
 * Has the kernel break things of this process, one at a time, and audit: see
 * debug/breakage.c, which says what the process must have.
 */
#include <fcntl.h>

#include "pages.h"

static int
break_all(void *unused)
{
	int end[2];

	(void)unused;
	need(pipe(end) == 0 && dup2(end[0], 0) == 0, "pipe");
	need(dup2(open("/tmp/file", O_RDWR | O_CREAT, 0644), 1) == 1, "file");
	for (unsigned long n = 0; fail_nth(n, FAIL_AUDIT) >= 0; n++)
		;
	return 0;
}

int
main(void)
{
	return run(break_all, NULL) != 0 || quire_audit() != 0;
}
