/*
 * Reads one page of its data, writes another, leaves a third alone, and waits to
 * be killed.
 */
#include <unistd.h>

static volatile char data[3][4096] __attribute__((aligned(4096))) = {
	{"read"},
	{"written"},
	{"untouched"},
};

int
main(void)
{
	(void)data[0][0];
	data[1][0] = 'W';
	while (1)
		sleep(1000);
}
