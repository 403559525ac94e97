/*
 * The few functions of <string.h> that the kernel uses; the compiler also calls
 * the first four on its own. As in ISO C; bytes, no locale.
 */
#pragma once

#include "kernel/types.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

/* Copies at most size - 1 bytes of from and always ends to with a zero.
 * => false if from did not fit; size is at least 1 */
static inline bool
string_copy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size);
	bool fits = len < size;

	if (!fits)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = 0;
	return fits;
}

/* One page of zeros, by the widest stores that every x86-64 has: half the
 * instructions of `rep stosq`. The program's xmm0 stays as it is. */
static inline void
page_zero(void *page)
{
	char *end = (char *)page + PAGE_SIZE;
	long at = -(long)PAGE_SIZE;
	char xmm0[16];

	__asm__ volatile("movups %%xmm0, %1\n\t"
			 "pxor %%xmm0, %%xmm0\n"
			 "1:\n\t"
			 ".set offset, 0\n\t"
			 ".rept 32\n\t"
			 "movaps %%xmm0, offset(%2, %0)\n\t"
			 ".set offset, offset + 16\n\t"
			 ".endr\n\t"
			 "add $512, %0\n\t"
			 "jnz 1b\n\t"
			 "movups %1, %%xmm0"
			 : "+r"(at), "=m"(xmm0)
			 : "r"(end)
			 : "memory", "cc");
}

/* One page, by the widest move that every CPU does fast. */
static inline void
page_copy(void *to, const void *from)
{
	size_t words = PAGE_SIZE / 8;

	__asm__ volatile("rep movsq"
			 : "+D"(to), "+S"(from), "+c"(words)
			 :
			 : "memory");
}

/* How many of the n words at `words` come before the first that is not 0. */
static inline size_t
words_zero(const uint64_t *words, size_t n)
{
	size_t left = n;
	bool all;

	__asm__ volatile("test %0, %0\n\t"
			 "repe scasq"
			 : "+c"(left), "+D"(words), "=@ccz"(all)
			 : "a"(0ul)
			 : "memory");
	return n - left - !all;
}
