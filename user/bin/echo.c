/*
 * Prints its arguments; with -n, no newline after them.
 */
#include <stdio.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	int newline = !(argc > 1 && strcmp(argv[1], "-n") == 0);
	int first = newline ? 1 : 2;

	for (int i = first; i < argc; i++)
		printf("%s%s", i > first ? " " : "", argv[i]);
	if (newline)
		putchar('\n');
	return fflush(stdout) ? 1 : 0;
}
