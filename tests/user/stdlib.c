/*
 * <stdlib.h>, <setjmp.h>, <stdio.h> files, getopt. Runs on Linux as well.
 */
#include <limits.h>
#include <setjmp.h>

#include "process.h"

static void
numbers(void)
{
	char *end;
	const char *s = "  -123abc";

	is(strtol(s, &end, 10), -123, "strtol");
	is_string(end, "abc", "stops at what is no digit");
	is(strtol("0x1F", NULL, 0), 31, "base 0: hexadecimal");
	is(strtol("017", NULL, 0), 15, "base 0: octal");
	is(strtol("zz", NULL, 36), 35 * 36 + 35, "base 36");
	is(strtol("0x", &end, 16), 0, "0x alone is 0");
	is_string(end, "x", "followed by x");
	errno = 0;
	is(strtol("9223372036854775808", NULL, 10), LONG_MAX, "too large");
	is(errno, ERANGE, "is ERANGE");
	errno = 0;
	is(strtol("-9223372036854775809", NULL, 10), LONG_MIN, "too small");
	is(errno, ERANGE, "is ERANGE");
	errno = 0;
	is(strtol("-9223372036854775808", NULL, 10), LONG_MIN, "the smallest");
	is(errno, 0, "is not");
	ok(strtoul("18446744073709551615", NULL, 10) == ULONG_MAX, "strtoul");
	ok(strtoul("-1", NULL, 10) == ULONG_MAX, "strtoul of -1");
	s = "none";
	is(strtol(s, &end, 10), 0, "no number");
	ok(end == s, "nothing read");
	is(atoi("42"), 42, "atoi");
	ok(strtod("2.5e1x", &end) == 25.0 && *end == 'x', "strtod");
}

static int
ascending(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static void
sorting(void)
{
	static int a[1000];
	unsigned x = 1;
	int bad = 0, key = 500, *found;

	for (int i = 0; i < 1000; i++) {
		x = x * 1103515245 + 12345;
		a[i] = (int)(x >> 16) % 700;
	}
	a[7] = 500;
	qsort(a, 1000, sizeof(a[0]), ascending);
	for (int i = 1; i < 1000; i++)
		bad += a[i - 1] > a[i];
	is(bad, 0, "qsort of 1,000 numbers");
	qsort(a, 1000, sizeof(a[0]), ascending);
	for (int i = 1; i < 1000; i++)
		bad += a[i - 1] > a[i];
	is(bad, 0, "and of sorted ones");
	found = bsearch(&key, a, 1000, sizeof(a[0]), ascending);
	ok(found && *found == 500, "bsearch finds");
	key = 10000;
	ok(!bsearch(&key, a, 1000, sizeof(a[0]), ascending),
	   "what is there only");
}

static jmp_buf env;

static void jump(int depth);

/* The compiler must not see that this never returns. */
static void (*volatile deeper)(int) = jump;

static void
jump(int depth)
{
	if (depth > 0)
		deeper(depth - 1);
	longjmp(env, 5);
}

static void
jumping(void)
{
	volatile int count = 0;
	int value = setjmp(env);

	count++;
	if (count == 1)
		jump(10);
	is(value, 5, "longjmp returns from setjmp");
	is(count, 2, "a second time");
	count = 0;
	value = setjmp(env);
	if (count++ == 0)
		longjmp(env, 0);
	is(value, 1, "longjmp with 0 returns 1");
}

static void
environment(void)
{
	need(setenv("QUIRE_TEST", "one", 1) == 0, "setenv");
	is_string(getenv("QUIRE_TEST"), "one", "setenv");
	setenv("QUIRE_TEST", "two", 0);
	is_string(getenv("QUIRE_TEST"), "one", "does not replace unasked");
	setenv("QUIRE_TEST", "two", 1);
	is_string(getenv("QUIRE_TEST"), "two", "but when asked");
	unsetenv("QUIRE_TEST");
	ok(!getenv("QUIRE_TEST"), "unsetenv");
	ok(!getenv("QUIRE"), "a prefix is no name");
}

static void
streams(void)
{
	FILE *f = fopen("/tmp/stream", "w+");
	char line[32];
	int sum = 0;

	need(f != NULL, "fopen");
	for (int i = 0; i < 1000; i++)
		fprintf(f, "%d\n", i);
	is(ftell(f), 10 + 180 + 2700 + 1000, "ftell counts what is buffered");
	rewind(f);
	while (fgets(line, sizeof(line), f))
		sum += atoi(line);
	is(sum, 499500, "1,000 lines come back");
	ok(feof(f) && !ferror(f), "to the end");
	is(fseek(f, 4, SEEK_SET), 0, "fseek");
	is(fgetc(f), '2', "then fgetc");
	is(ungetc('x', f), 'x', "ungetc");
	is(fgetc(f), 'x', "gives it again");
	is(fclose(f), 0, "fclose");
	f = fopen("/tmp/stream", "a");
	fputs("end", f);
	fclose(f);
	f = fopen("/tmp/stream", "r");
	fseek(f, -3, SEEK_END);
	is(fread(line, 1, sizeof(line), f), 3, "fread of what is left");
	is(memcmp(line, "end", 3), 0, "which was appended");
	ok(fputc('x', f) == EOF, "a stream for reading does not write");
	fclose(f);
	ok(!fopen("/tmp/nothing", "r") && errno == ENOENT, "fopen of nothing");
	unlink("/tmp/stream");
}

static int
options(int argc, char *argv[])
{
	int c, a = 0, b = 0;

	while ((c = getopt(argc, argv, "ab:")) != -1)
		if (c == 'a')
			a++;
		else if (c == 'b')
			b = atoi(optarg);
		else
			return -1;
	return a * 1000 + b * 10 + optind;
}

static void
parsing_options(void)
{
	static char words[][8] = {"name", "-a", "-b", "7", "-ab8", "file"};
	char *argv[7] = {NULL};

	for (int i = 0; i < 6; i++)
		argv[i] = words[i];
	is(options(6, argv), 2000 + 80 + 5, "getopt");
}

static void
at_end(void)
{
	_exit(3);
}

static int
leave(void *unused)
{
	(void)unused;
	atexit(at_end);
	exit(1);
}

static int
give_up(void *unused)
{
	(void)unused;
	abort();
}

int
main(void)
{
	numbers();
	sorting();
	jumping();
	environment();
	streams();
	parsing_options();
	is(ending(run(leave, NULL)), 3, "exit calls what atexit was given");
	is(ending(run(give_up, NULL)), 1000 + SIGABRT, "abort is SIGABRT");
	return done();
}
