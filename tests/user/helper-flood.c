/*
 * One write of 32 MiB to the console: minutes of a serial line.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE (32ul << 20)

int
main(void)
{
	char *text = malloc(SIZE);

	if (!text)
		return 1;
	memset(text, 'x', SIZE);
	for (size_t i = 63; i < SIZE; i += 64)
		text[i] = '\n';
	return write(1, text, SIZE) != (ssize_t)SIZE;
}
