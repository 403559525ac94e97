/* Does a name match a pattern of * ? [...]? POSIX */
#pragma once

#define FNM_NOMATCH 1

#define FNM_PATHNAME 1 /* only a '/' matches a '/' */
#define FNM_NOESCAPE 2 /* a backslash is a character like any other */
#define FNM_PERIOD   4 /* only a '.' matches one at the beginning */
#define FNM_CASEFOLD 16

/* => 0, or FNM_NOMATCH */
int fnmatch(const char *pattern, const char *s, int flags);
