/*
 * The smallest program: what fuzzers execute.
 */
#include <unistd.h>

int
main(void)
{
	_exit(7);
}
