/* assert's last word. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void
__assert_fail(const char *claim, const char *file, int line,
	      const char *function)
{
	fflush(stdout);
	fprintf(stderr, "%s:%d: %s: assertion failed: %s\n", file, line,
		function, claim);
	abort();
}
