/*
 * The demonstrations: each asserts what it shows.
 */
#include "process.h"

int
main(void)
{
	static char paths[][24] = {"/bin/demo-linking", "/bin/demo-loading",
				   "/bin/demo-sharing", "/bin/demo-allocation",
				   "/bin/demo-fork",	"/bin/demo-pager"};

	for (int i = 0; i < 6; i++)
		is(ending(run_program((char *[]){paths[i], NULL})), 0,
		   "%s: all its claims hold", paths[i]);
	return done();
}
