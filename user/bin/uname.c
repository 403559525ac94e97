/*
 * Prints the name of the system; with -a, all that uname(2) says.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

int
main(int argc, char *argv[])
{
	struct utsname u;

	if (uname(&u)) {
		perror("uname");
		return 1;
	}
	if (argc == 1)
		puts(u.sysname);
	else if (argc == 2 && strcmp(argv[1], "-a") == 0)
		printf("%s %s %s %s %s\n", u.sysname, u.nodename, u.release,
		       u.version, u.machine);
	else {
		fprintf(stderr, "usage: uname [-a]\n");
		return 2;
	}
	return 0;
}
