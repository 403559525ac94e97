/*
 * The first line of a script: "#!", blanks, a path, and perhaps one argument,
 * which may contain blanks.
 */
#include "kernel/script.h"

#include "kernel/inode.h"
#include "kernel/string.h"
#include "mm/store.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Puts a word before the others. */
static void
prepend(struct script *s, const char *word, size_t len)
{
	s->bytes += len + 1;
	s->count++;
	memcpy(s->words + SCRIPT_WORDS - s->bytes, word, len);
	s->words[SCRIPT_WORDS - s->bytes + len] = 0;
}

/* The path in [at, end) ends at a blank, the argument with the line. */
static int
take_line(struct script *s, const char *at, const char *end, bool whole)
{
	const char *path, *path_end;

	while (at < end && is_blank(*at))
		at++;
	for (path = at; at < end && !is_blank(*at) && *at; at++)
		;
	path_end = at;
	if (path == path_end || (at == end && !whole))
		return -ENOEXEC; /* none, or cut off */
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	if (at < end)
		prepend(s, at, strnlen(at, (size_t)(end - at)));
	prepend(s, path, (size_t)(path_end - path));
	return 1;
}

int
script_read(struct script *s, const struct inode *program)
{
	char line[SCRIPT_LINE];
	long n = store_read(program->store, 0, line, sizeof(line));
	size_t len = 2;

	if (n < 2 || line[0] != '#' || line[1] != '!')
		return n < 0 ? (int)n : 0;
	if (s->depth++ == SCRIPT_DEPTH)
		return -ELOOP;
	while (len < (size_t)n && line[len] != '\n')
		len++;
	return take_line(s, line + 2, line + len, len < sizeof(line));
}
