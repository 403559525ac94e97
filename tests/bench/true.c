/*
 * The smallest program with a libc, for the operations of exec. With an
 * argument it is one of the sleepers of process.c.
 */
#include <unistd.h>

int
main(int argc, char *argv[])
{
	char byte = 0;

	(void)argv;
	if (argc > 1 && write(1, &byte, 1) == 1)
		return (int)read(0, &byte, 1);
	return 0;
}
