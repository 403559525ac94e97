/*
 * The printf family. Runs on Linux as well.
 */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "process.h"

static char buf[256];

/* Formats must not be known when compiling, or the compiler checks them. */
static const char *
format(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = vsnprintf(buf, sizeof(buf), fmt, args);
#pragma GCC diagnostic pop
	va_end(args);
	if (n != (int)strlen(buf))
		return "a wrong length";
	return buf;
}

#define test(wanted, ...) is_string(format(__VA_ARGS__), wanted, "%s", wanted)

static void
integers(void)
{
	test("0 1 -1", "%d %d %i", 0, 1, -1);
	test("-2147483648 2147483647", "%d %d", INT_MIN, INT_MAX);
	test("4294967295", "%u", UINT_MAX);
	test("-9223372036854775808", "%ld", LONG_MIN);
	test("18446744073709551615", "%llu", ULLONG_MAX);
	test("-1 255", "%hhd %hhu", -1, 255);
	test("-1 65535", "%hd %hu", -1, 65535);
	test("7 8 9", "%zu %td %jd", (size_t)7, (ptrdiff_t)8, (intmax_t)9);
	test("ff FF 377", "%x %X %o", 255, 255, 255);
	test("0xff 0XFF 0377 0", "%#x %#X %#o %#x", 255, 255, 255, 0);
	test("[   42] [42   ] [00042]", "[%5d] [%-5d] [%05d]", 42, 42, 42);
	test("[+42] [ 42] [-0042]", "[%+d] [% d] [%05d]", 42, 42, -42);
	test("[  042] [042  ]", "[%5.3d] [%-5.3d]", 42, 42);
	test("[] [ ]", "[%.0d] [%1.0d]", 0, 0);
	test("[   42] [42   ]", "[%*d] [%*d]", 5, 42, -5, 42);
	test("[042]", "[%.*d]", 3, 42);
}

static void
strings(void)
{
	test("abc", "%s", "abc");
	test("[  abc] [abc  ]", "[%5s] [%-5s]", "abc", "abc");
	test("[ab] [   ab]", "[%.2s] [%5.2s]", "abc", "abc");
	test("[a] [   a]", "[%c] [%4c]", 'a', 'a');
	test("100%", "%d%%", 100);
	test("[]", "[%s]", "");
	test("0xdeadbeef", "%p", (void *)0xdeadbeef);
	is_string(format("%.3s", (const char[3]){'a', 'b', 'c'}), "abc",
		  "a precision reads no further");
}

static void
lengths(void)
{
	volatile size_t four = 4;

	memset(buf, '#', sizeof(buf));
	is(snprintf(buf, four, "%s", "abcdef"), 6,
	   "snprintf returns what it would have written");
	is_string(buf, "abc", "and cuts");
	is(buf[4], '#', "behind the zero nothing is touched");
	is(snprintf(NULL, 0, "%d", 12345), 5, "snprintf to nowhere counts");
	is(sprintf(buf, "%d-%s", 1, "x"), 3, "sprintf");
	is_string(buf, "1-x", "writes");
}

static void
scanning(void)
{
	int a = 0, b = 0;
	char word[16] = "";

	is(sscanf("12 -7 word", "%d %d %15s", &a, &b, word), 3, "sscanf");
	ok(a == 12 && b == -7 && strcmp(word, "word") == 0,
	   "reads numbers and words");
	is(sscanf("x", "%d", &a), 0, "no number: nothing read");
}

int
main(void)
{
	integers();
	strings();
	lengths();
	scanning();
	return done();
}
