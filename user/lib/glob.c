/*
 * The paths that match a pattern: component by component, each looked for in
 * the directories that those before it have found.
 */
#include <glob.h>

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc.h"

struct search {
	int flags;
	int (*failed)(const char *path, int error);
	glob_t *found;
	char path[PATH_MAX]; /* what the components so far are */
};

static int
add(struct search *s, const char *path)
{
	glob_t *g = s->found;
	size_t n = g->gl_offs + g->gl_pathc;
	char **more = reallocarray(g->gl_pathv, n + 2, sizeof(*more));

	if (!more)
		return GLOB_NOSPACE;
	g->gl_pathv = more;
	more[n] = strdup(path);
	if (!more[n])
		return GLOB_NOSPACE;
	more[n + 1] = NULL;
	g->gl_pathc++;
	return 0;
}

/* The whole pattern has been matched by s->path, of n characters. */
static int
add_path(struct search *s, size_t n)
{
	struct stat st;

	if (lstat(s->path, &st) < 0)
		return 0;
	if ((s->flags & GLOB_MARK) && n + 1 < PATH_MAX &&
	    s->path[n - 1] != '/' && stat(s->path, &st) == 0 &&
	    S_ISDIR(st.st_mode))
		strcpy(s->path + n, "/");
	return add(s, s->path);
}

static int descend(struct search *s, size_t n, const char *pattern);

/* Tries the names in the directory s->path for the component of `length`. */
static int
list(struct search *s, size_t n, const char *pattern, size_t length)
{
	char component[NAME_MAX + 2];
	struct dirent *d;
	int error = 0;
	DIR *dir;

	if (length >= sizeof(component))
		return 0;
	memcpy(component, pattern, length);
	component[length] = '\0';
	dir = opendir(n ? s->path : ".");
	if (!dir && errno == ENOTDIR)
		return 0;
	if (!dir)
		return (s->failed && s->failed(s->path, errno)) ||
				       (s->flags & GLOB_ERR)
			       ? GLOB_ABORTED
			       : 0;
	while (!error && (d = readdir(dir))) {
		size_t len = strlen(d->d_name);

		if (n + len + 2 > PATH_MAX ||
		    fnmatch(component, d->d_name,
			    FNM_PERIOD |
				    (s->flags & GLOB_NOESCAPE ? FNM_NOESCAPE
							      : 0)))
			continue;
		strcpy(s->path + n, d->d_name);
		error = descend(s, n + len, pattern + length);
	}
	closedir(dir);
	s->path[n] = '\0';
	return error;
}

/* Copies a component without anything to match; backslashes go. => its length,
 * or PATH_MAX: too long */
static size_t
copy(struct search *s, size_t n, const char *p, size_t length)
{
	for (const char *end = p + length; p < end && n + 1 < PATH_MAX; p++) {
		if (*p == '\\' && !(s->flags & GLOB_NOESCAPE) && p + 1 < end)
			p++;
		s->path[n++] = *p;
	}
	s->path[n] = '\0';
	return n + 1 < PATH_MAX ? n : PATH_MAX;
}

/* The pattern's rest, below the n characters of s->path. */
static int
descend(struct search *s, size_t n, const char *pattern)
{
	size_t slashes = strspn(pattern, "/"), length;

	n = copy(s, n, pattern, slashes);
	pattern += slashes;
	length = strcspn(pattern, "/");
	if (n == PATH_MAX)
		return 0;
	if (length == 0)
		return add_path(s, n);
	if (strcspn(pattern, "*?[") < length)
		return list(s, n, pattern, length);
	n = copy(s, n, pattern, length);
	return n == PATH_MAX ? 0 : descend(s, n, pattern + length);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
glob(const char *restrict pattern, int flags,
     int (*failed)(const char *path, int error), glob_t *restrict found)
{
	struct search *s = malloc(sizeof(*s));
	size_t before, at;
	int error;

	if (!(flags & GLOB_DOOFFS))
		found->gl_offs = 0;
	if (!(flags & GLOB_APPEND)) {
		found->gl_pathc = 0;
		found->gl_pathv = calloc(found->gl_offs + 1, sizeof(char *));
	}
	if (!s || !found->gl_pathv) {
		free(s);
		return GLOB_NOSPACE;
	}
	s->flags = flags;
	s->failed = failed;
	s->found = found;
	s->path[0] = '\0';
	before = found->gl_pathc;
	at = found->gl_offs + before;
	error = *pattern ? descend(s, 0, pattern) : 0;
	if (!error && found->gl_pathc == before)
		error = flags & GLOB_NOCHECK ? add(s, pattern) : GLOB_NOMATCH;
	if (!(flags & GLOB_NOSORT) && found->gl_pathc > before)
		qsort(found->gl_pathv + at, found->gl_pathc - before,
		      sizeof(char *), compare);
	free(s);
	return error;
}

void
globfree(glob_t *found)
{
	for (size_t i = 0; i < found->gl_pathc; i++)
		free(found->gl_pathv[found->gl_offs + i]);
	free(found->gl_pathv);
	found->gl_pathv = NULL;
	found->gl_pathc = 0;
}
