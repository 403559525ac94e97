/*
 * <string.h> and <ctype.h>, also at the edge of memory. Runs on Linux as well.
 */
#include <ctype.h>

#include "process.h"

/* A copy of s that ends where the next page cannot be read. */
static char *
at_edge(const char *s)
{
	static char *page;
	size_t size = strlen(s) + 1;

	if (!page) {
		page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		need(page != MAP_FAILED, "mmap");
		need(mprotect(page + 4096, 4096, PROT_NONE) == 0, "mprotect");
	}
	return memcpy(page + 4096 - size, s, size);
}

static void
comparing(void)
{
	ok(strcmp("a", "b") < 0 && strcmp("b", "a") > 0, "strcmp orders");
	ok(strcmp("a", "ab") < 0 && strcmp("\xff", "a") > 0,
	   "shorter first, bytes without sign");
	is(strncmp("abc", "abd", 2), 0, "strncmp stops");
	ok(memcmp("a\0b", "a\0c", 3) < 0, "memcmp does not stop at zero");
	is(strcasecmp("HeLLo", "hEllO"), 0, "strcasecmp");
}

static void
searching(void)
{
	const char *s = at_edge("hello, world");

	is(strlen(s), 12, "strlen at the edge of memory");
	is(strchr(s, 'o') - s, 4, "strchr finds the first");
	is(strrchr(s, 'o') - s, 8, "strrchr the last");
	is(strchr(s, 0) - s, 12, "strchr finds the end");
	ok(!strchr(s, 'x') && !strrchr(s, 'x'), "what is not there: NULL");
	is(strstr(s, "wor") - s, 7, "strstr");
	ok(strstr(s, "") == s && !strstr(s, "worlds"),
	   "strstr of little, much");
	is((char *)memchr(s, ',', 100) - s, 5, "memchr");
	is(strspn(s, "leh"), 4, "strspn");
	is(strcspn(s, " ,"), 5, "strcspn");
	is(strpbrk(s, "ow") - s, 4, "strpbrk");
	is(strnlen(s, 5), 5, "strnlen");
}

static void
copying(void)
{
	char buf[32], *save = NULL;
	volatile size_t two = 2;

	memset(buf, '#', sizeof(buf));
	is_string(strcpy(buf, at_edge("abc")), "abc", "strcpy");
	is_string(strcat(buf, at_edge("def")), "abcdef", "strcat");
	is_string(strncat(buf, "ghijk", two), "abcdefgh", "strncat");
	strncpy(buf, "xy", 5);
	is(memcmp(buf, "xy\0\0\0fgh", 9), 0, "strncpy fills with zeros");
	strcpy(buf, "0123456789");
	memmove(buf + 2, buf, 8);
	is_string(buf, "0101234567", "memmove upward");
	memmove(buf, buf + 2, 8);
	is_string(buf, "0123456767", "memmove downward");
	strcpy(buf, "a,b,,c");
	is_string(strtok_r(buf, ",", &save), "a", "strtok_r");
	is_string(strtok_r(NULL, ",", &save), "b", "the next");
	is_string(strtok_r(NULL, ",", &save), "c", "not the empty one");
	ok(strtok_r(NULL, ",", &save) == NULL, "then none");
	is_string(strerror(ENOENT), "No such file or directory", "strerror");
}

/* All sizes and alignments up to a few words, with guards around. */
static void
sizes(void)
{
	static unsigned char from[128], to[128];
	int bad = 0;

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (unsigned char)(i + 1);
	for (size_t n = 0; n < 80; n++)
		for (size_t a = 0; a < 16; a++) {
			memset(to, 0xee, sizeof(to));
			memcpy(to + 16 + a, from + 15 - a, n);
			bad += memcmp(to + 16 + a, from + 15 - a, n) != 0;
			bad += to[15 + a] != 0xee || to[16 + a + n] != 0xee;
			memset(to + 16 + a, 0x11, n);
			bad += n &&
			       (to[16 + a] != 0x11 || to[15 + a + n] != 0x11);
			bad += to[15 + a] != 0xee || to[16 + a + n] != 0xee;
		}
	is(bad, 0, "memcpy and memset of all small sizes and alignments");
}

static void
characters(void)
{
	int bad = 0;

	for (int c = 0; c < 128; c++) {
		int upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
		int digit = c >= '0' && c <= '9';

		bad += !!isupper(c) != upper || !!islower(c) != lower;
		bad += !!isdigit(c) != digit;
		bad += !!isalnum(c) != (upper || lower || digit);
		bad += !!isprint(c) != (c >= 32 && c < 127);
		bad += !!isspace(c) != (c == ' ' || (c >= 9 && c <= 13));
		bad += tolower(c) != (upper ? c + 32 : c);
		bad += toupper(c) != (lower ? c - 32 : c);
	}
	is(bad, 0, "<ctype.h> for all of ASCII");
}

int
main(void)
{
	comparing();
	searching();
	copying();
	sizes();
	characters();
	return done();
}
