/* The last name of a path, and what is before it. POSIX */
#include <libgen.h>
#include <string.h>

#include "libc.h"

/* Cuts the slashes at the end off, but for the first character. => the length */
static size_t
cut_slashes(char *path, size_t n)
{
	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	return n;
}

char *
basename(char *path)
{
	static char dot[] = ".";
	char *slash;

	if (!path || !*path)
		return dot;
	cut_slashes(path, strlen(path));
	slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

char *
dirname(char *path)
{
	static char dot[] = ".";
	char *slash;

	if (!path || !*path)
		return dot;
	cut_slashes(path, strlen(path));
	slash = strrchr(path, '/');
	if (!slash)
		return dot;
	slash[slash == path] = '\0';
	cut_slashes(path, (size_t)(slash - path));
	return path;
}
