/*
 * Blocks of bytes. The bulk moves eight bytes at a time by `rep movsq` and `rep
 * stosq`, which are fast on the CPU and in the emulator; the byte forms are slow
 * in one of them.
 */
#include <string.h>

#include "libc.h"

enum { SHORT = 64 }; /* below, a loop beats the start of a rep */

typedef uint64_t __attribute__((may_alias, aligned(1))) word;

void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	if (n >= SHORT) {
		size_t words = n / 8;

		__asm__ volatile("rep movsq"
				 : "+D"(d), "+S"(s), "+c"(words)
				 :
				 : "memory");
		n %= 8;
	}
	for (; n >= 8; n -= 8, d += 8, s += 8)
		*(word *)d = *(const word *)s;
	while (n-- > 0)
		*d++ = *s++;
	return to;
}

void *
memmove(void *to, const void *from, size_t n)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	if ((uintptr_t)d - (uintptr_t)s >= n)
		return memcpy(to, from, n); /* upwards does no harm */
	d += n;
	s += n;
	for (; n >= 8; n -= 8) {
		d -= 8;
		s -= 8;
		*(word *)d = *(const word *)s;
	}
	while (n-- > 0)
		*--d = *--s;
	return to;
}

void *
memset(void *s, int c, size_t n)
{
	unsigned char *d = s;
	uint64_t pattern = (unsigned char)c * 0x0101010101010101ULL;

	if (n >= SHORT) {
		size_t words = n / 8;

		__asm__ volatile("rep stosq"
				 : "+D"(d), "+c"(words)
				 : "a"(pattern)
				 : "memory");
		n %= 8;
	}
	for (; n >= 8; n -= 8, d += 8)
		*(word *)d = pattern;
	while (n-- > 0)
		*d++ = (unsigned char)c;
	return s;
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	for (; n >= 8 && *(const word *)p == *(const word *)q; n -= 8) {
		p += 8;
		q += 8;
	}
	for (; n > 0; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

/* What clang makes of a memcmp that only asks whether. */
int
bcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}

void *
mempcpy(void *restrict to, const void *restrict from, size_t n)
{
	return (unsigned char *)memcpy(to, from, n) + n;
}

void *
memccpy(void *restrict to, const void *restrict from, int c, size_t n)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	while (n-- > 0)
		if ((*d++ = *s++) == (unsigned char)c)
			return d;
	return NULL;
}

void *
memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n > 0; n--, p++)
		if (*p == (unsigned char)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

void *
memrchr(const void *s, int c, size_t n)
{
	const unsigned char *p = (const unsigned char *)s + n;

	while (n-- > 0)
		if (*--p == (unsigned char)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

void *
memmem(const void *s, size_t n, const void *what, size_t what_n)
{
	const unsigned char *p = s;

	for (; n >= what_n; n--, p++)
		if (memcmp(p, what, what_n) == 0)
			return (void *)(uintptr_t)p;
	return NULL;
}

void
bzero(void *s, size_t n)
{
	memset(s, 0, n);
}
