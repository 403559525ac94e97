/* What the cases about /proc share: texts. */
#pragma once

#include "case.h"

static char text[100000];

/* A whole file; what reading it answered, if that was an error. */
static inline long
slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	need_result(path, fd);
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = 0;
	return n < 0 ? n : (long)len;
}

/* Whether there is a line "name:...". */
static inline int
has(const char *name)
{
	char start[64];

	snprintf(start, sizeof(start), "\n%s:", name);
	return strstr(text, start) != NULL ||
	       strncmp(text, start + 1, strlen(start) - 1) == 0;
}

static inline void
show_names(const char *const names[])
{
	for (; *names; names++)
		printf("%s: %s\n", *names, has(*names) ? "there" : "missing");
}
