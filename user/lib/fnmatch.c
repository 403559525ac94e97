/*
 * Patterns of names. POSIX 2.13
 *
 * A '*' first matches nothing; whenever the rest does not match, the last '*'
 * takes one character more. An earlier one need not be tried again: what it
 * could give the last one has been tried.
 */
#include <fnmatch.h>

#include <ctype.h>
#include <string.h>

#include "libc.h"

/* name: of a class, "alpha:]..." */
static bool
in_class(const char *name, int c)
{
	static const char names[] = "alnum alpha blank cntrl digit graph "
				    "lower print punct space upper xdigi";
	char word[6] = {0};
	const char *found;

	memccpy(word, name, ':', 5);
	found = strlen(word) == 5 ? strstr(names, word) : NULL;
	switch (found ? (found - names) / 6 : -1) {
	case 0:
		return isalnum(c);
	case 1:
		return isalpha(c);
	case 2:
		return isblank(c);
	case 3:
		return iscntrl(c);
	case 4:
		return isdigit(c);
	case 5:
		return isgraph(c);
	case 6:
		return islower(c);
	case 7:
		return isprint(c);
	case 8:
		return ispunct(c);
	case 9:
		return isspace(c);
	case 10:
		return isupper(c);
	case 11:
		return isxdigit(c);
	default:
		return false;
	}
}

/* One end of a range, perhaps after a backslash. */
static int
range_end(const char **p, int flags)
{
	if (**p == '\\' && !(flags & FNM_NOESCAPE) && (*p)[1])
		++*p;
	return (unsigned char)*(*p)++;
}

/* p: behind the '['. => behind the ']', or NULL: there is none; *in: c is in the
 * set */
static const char *
set(const char *p, int c, int flags, bool *in)
{
	bool not = *p == '!' || *p == '^', first = true;

	*in = false;
	for (p += not ; first || *p != ']'; first = false) {
		const char *end =
			p[0] == '[' && p[1] == ':' ? strstr(p, ":]") : NULL;
		int low, high;

		if (!*p)
			return NULL;
		if (end) {
			*in |= in_class(p + 2, c);
			p = end + 2;
			continue;
		}
		low = high = range_end(&p, flags);
		if (p[0] == '-' && p[1] && p[1] != ']') {
			p++;
			high = range_end(&p, flags);
		}
		*in |= c >= low && c <= high;
	}
	*in ^= not ;
	return p + 1;
}

static int
fold(char c, int flags)
{
	unsigned char byte = (unsigned char)c;

	return flags & FNM_CASEFOLD ? tolower(byte) : byte;
}

/* A '.' at the beginning, which patterns do not match. */
static bool
hidden(const char *s, const char *start, int flags)
{
	return *s == '.' && (flags & FNM_PERIOD) &&
	       (s == start || ((flags & FNM_PATHNAME) && s[-1] == '/'));
}

/* Matches one character of s, free unless it may only be matched by itself.
 * => what follows in the pattern, or NULL */
static const char *
one(const char *p, char s, bool free, int flags)
{
	int c = fold(s, flags);
	const char *end;
	bool in;

	if (*p == '?')
		return free ? p + 1 : NULL;
	if (*p == '[' && (end = set(p + 1, c, flags, &in)))
		return free && in ? end : NULL;
	if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1])
		p++;
	return fold(*p, flags) == c ? p + 1 : NULL;
}

int
fnmatch(const char *pattern, const char *s, int flags)
{
	const char *start = s, *star = NULL, *retry = NULL, *next;

	for (;;) {
		bool slash = *s == '/' && (flags & FNM_PATHNAME);
		bool dot = hidden(s, start, flags);

		if (!*s && !*pattern)
			return 0;
		if (*pattern == '*' && !dot) {
			star = ++pattern;
			retry = s;
		} else if (*s && *pattern && *pattern != '*' &&
			   (next = one(pattern, *s, !slash && !dot, flags))) {
			pattern = next;
			s++;
		} else {
			if (!star || !*retry ||
			    (*retry == '/' && (flags & FNM_PATHNAME)))
				return FNM_NOMATCH;
			pattern = star;
			s = ++retry;
		}
	}
}
