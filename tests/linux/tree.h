/* What the cases about the file tree share. */
#pragma once

#include <dirent.h>

#include "case.h"

static char long_name[300];

static inline void
fill_long_name(void)
{
	memset(long_name, 'n', 256);
}

static inline int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void
list(const char *path)
{
	static char *names[100];
	struct dirent *entry;
	DIR *dir = opendir(path);
	size_t n = 0;

	need_result(path, dir ? 0 : -1);
	while ((entry = readdir(dir)) && n < 100)
		names[n++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, n, sizeof(names[0]), compare);
	printf("%s:", path);
	for (size_t i = 0; i < n; i++)
		printf(" %s", names[i]);
	printf("\n");
}
