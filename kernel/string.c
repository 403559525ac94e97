/*
 * Bytes and strings. Copies go by the widest move that every CPU does fast,
 * `rep movsq`; emulators make `rep movsb` crawl.
 */
#include "kernel/string.h"

void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
	void *at = to;
	size_t words = n / 8, bytes = n % 8;

	__asm__ volatile("rep movsq\n\t"
			 "mov %3, %2\n\t"
			 "rep movsb"
			 : "+D"(at), "+S"(from), "+c"(words)
			 : "r"(bytes)
			 : "memory");
	return to;
}

/* Overlapping upward: from the last byte down. */
static void
copy_down(char *to, const char *from, size_t n)
{
	while (n-- > 0)
		*(volatile char *)&to[n] = from[n];
}

void *
memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from >= n)
		return memcpy(to, from, n);
	copy_down(to, from, n);
	return to;
}

void *
memset(void *to, int byte, size_t n)
{
	void *at = to;
	uint64_t word = (uint8_t)byte * 0x0101010101010101ul;
	size_t words = n / 8, bytes = n % 8;

	__asm__ volatile("rep stosq\n\t"
			 "mov %3, %1\n\t"
			 "rep stosb"
			 : "+D"(at), "+c"(words)
			 : "a"(word), "r"(bytes)
			 : "memory");
	return to;
}

/* Up to the first that differ. */
int
memcmp(const void *a, const void *b, size_t n)
{
	bool less, more;

	__asm__ volatile("cmp %2, %2\n\t" /* nothing is equal to nothing */
			 "repe cmpsb"
			 : "+S"(a), "+D"(b), "+c"(n), "=@ccb"(less),
			   "=@cca"(more)
			 :
			 : "memory");
	return more - less;
}

size_t
strnlen(const char *s, size_t max)
{
	size_t left = max;
	bool found;

	__asm__ volatile("test %1, %1\n\t" /* nothing holds no zero */
			 "repne scasb"
			 : "+c"(left), "+D"(s), "=@ccz"(found)
			 : "a"(0)
			 : "memory");
	return max - left - found;
}

size_t
strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

int
strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i] || !a[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	return 0;
}

int
strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}
