/*
 * Waits for a number of seconds, which may have a fraction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* "2", "0.25" => true, and *t */
static int
parse(const char *s, struct timespec *t)
{
	char *end;
	long unit = 100000000;

	t->tv_sec = strtol(s, &end, 10);
	t->tv_nsec = 0;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			t->tv_nsec += (*end - '0') * unit;
	return end != s && !*end && t->tv_sec >= 0;
}

int
main(int argc, char *argv[])
{
	struct timespec t;

	if (argc != 2 || !parse(argv[1], &t)) {
		fprintf(stderr, "usage: sleep SECONDS\n");
		return 2;
	}
	return nanosleep(&t, NULL) ? 1 : 0;
}
