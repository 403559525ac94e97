/*
 * Strings: finding characters and words in them, and taking them apart.
 */
#include <string.h>

#include "libc.h"

char *
strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)(uintptr_t)s;
}

char *
strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);

	return *p == (char)c ? p : NULL;
}

char *
strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1);
}

/* The number of characters at the start of s that are in set, or are not. */
static size_t
span(const char *s, const char *set, bool in)
{
	size_t n = 0;

	while (s[n] && (strchr(set, s[n]) != NULL) == in)
		n++;
	return n;
}

size_t
strspn(const char *s, const char *accept)
{
	return span(s, accept, true);
}

size_t
strcspn(const char *s, const char *stop)
{
	return span(s, stop, false);
}

char *
strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)(uintptr_t)s : NULL;
}

char *
strstr(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (; strncmp(s, word, n) != 0; s++) {
		if (!*s)
			return NULL;
		s = strchrnul(s + 1, *word) - 1;
	}
	return (char *)(uintptr_t)s;
}

char *
strsep(char **s, const char *delimiters)
{
	char *word = *s, *end;

	if (!word)
		return NULL;
	end = word + strcspn(word, delimiters);
	*s = *end ? end + 1 : NULL;
	*end = '\0';
	return word;
}

char *
strtok_r(char *restrict s, const char *restrict delimiters,
	 char **restrict rest)
{
	char *end;

	if (!s)
		s = *rest;
	s += strspn(s, delimiters);
	end = s + strcspn(s, delimiters);
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return end == s ? NULL : s;
}

char *
strtok(char *restrict s, const char *restrict delimiters)
{
	static char *rest;

	return strtok_r(s, delimiters, &rest);
}
