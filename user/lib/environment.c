/*
 * The environment: an array of "NAME=value", at first on the initial stack.
 *
 * Owns: the array that replaces it once it has to grow.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

static char **own;	/* our array: environ, unless the program set that */
static size_t own_room; /* pointers that own has room for */

/* The place of NAME= in environ, or of the NULL at its end; or NULL. */
static char **
find(const char *name, size_t n)
{
	char **p = environ;

	while (p && *p && (strncmp(*p, name, n) != 0 || (*p)[n] != '='))
		p++;
	return p;
}

static bool
valid(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return true;
	errno = EINVAL;
	return false;
}

char *
getenv(const char *name)
{
	size_t n = strlen(name);
	char **p = find(name, n);

	return p && *p && n > 0 ? *p + n + 1 : NULL;
}

/* Room for one more and the NULL. => false: no memory */
static bool
make_room(void)
{
	size_t count = 0;
	char **array;

	while (environ && environ[count])
		count++;
	if (environ == own && own && count + 2 <= own_room)
		return true;
	array = realloc(environ == own ? own : NULL,
			(count + 16) * sizeof(*array));
	if (!array)
		return false;
	if (environ != own)
		memcpy(array, environ, count * sizeof(*array));
	array[count] = NULL;
	own = environ = array;
	own_room = count + 16;
	return true;
}

/* The string itself becomes part of the environment. */
int
putenv(char *assignment)
{
	size_t n = strcspn(assignment, "=");
	char **p;

	if (!assignment[n])
		return unsetenv(assignment);
	p = find(assignment, n);
	if (!p || !*p) {
		if (!make_room())
			return -1;
		p = find(assignment, n);
		p[1] = NULL;
	}
	*p = assignment;
	return 0;
}

int
setenv(const char *name, const char *value, int overwrite)
{
	char *assignment;
	size_t n;

	if (!valid(name))
		return -1;
	if (!overwrite && getenv(name))
		return 0;
	n = strlen(name);
	assignment = malloc(n + strlen(value) + 2);
	if (!assignment)
		return -1;
	memcpy(assignment, name, n);
	assignment[n] = '=';
	strcpy(assignment + n + 1, value);
	return putenv(assignment);
}

int
unsetenv(const char *name)
{
	char **p;

	if (!valid(name))
		return -1;
	while ((p = find(name, strlen(name))) && *p)
		for (; *p; p++)
			p[0] = p[1];
	return 0;
}
