/*
 * Turns the machine off, after the kernel has recounted every frame.
 */
#include <stdio.h>
#include <sys/reboot.h>

int
main(void)
{
	reboot(RB_POWER_OFF);
	perror("poweroff");
	return 1;
}
