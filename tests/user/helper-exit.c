/*
 * Ends with the status its argument says, or with the machine: restart.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "restart") == 0)
		return reboot(RB_AUTOBOOT);
	return argc > 1 ? atoi(argv[1]) : 0;
}
