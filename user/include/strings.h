/* BSD's string functions that POSIX kept. */
#pragma once

#include <stddef.h>

int bcmp(const void *a, const void *b, size_t n);
void bzero(void *s, size_t n);
int ffs(int n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
