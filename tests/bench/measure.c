/*
 * How vmbench measures and prints.
 *
 * The line of an operation is written at once, and before the next begins the
 * console has taken it: on Linux a serial line sends by interrupts.
 */
#include "bench.h"

enum {
	TCSBRK = 0x5409, /* ioctl(2): with argument 1, waits for the output */
	LINE = 128,
};

static const char *current = "";

static size_t
length(const char *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	return n;
}

int
same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

unsigned
number(const char *text)
{
	unsigned value = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (unsigned)(*text - '0');
	return *text ? 0 : value;
}

void
print(const char *text)
{
	call3(SYS_write, 1, (long)text, (long)length(text));
	call3(SYS_ioctl, 1, TCSBRK, 1);
}

/* Adds at `at`. -> where the next goes */
static char *
add_text(char *at, const char *text, size_t width)
{
	char *end = at + width;

	while (*text)
		*at++ = *text++;
	while (at < end)
		*at++ = ' ';
	return at;
}

char *
decimal(char *at, uint64_t value, size_t width)
{
	char digits[24], *d = digits + sizeof(digits);

	*--d = 0;
	do {
		*--d = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	for (size_t n = length(d); n < width; n++)
		*at++ = ' ';
	at = add_text(at, d, 0);
	*at = 0;
	return at;
}

void
die(const char *what, long error)
{
	char line[LINE], *at = line;

	at = add_text(at, "vmbench: ", 0);
	at = add_text(at, current, 0);
	at = add_text(at, ": ", 0);
	at = add_text(at, what, 0);
	at = add_text(at, ": error ", 0);
	at = decimal(at, (uint64_t)-error, 0);
	*at++ = '\n';
	*at = 0;
	print(line);
	call3(SYS_exit_group, 1, 0, 0);
	__builtin_unreachable();
}

static void
report(const struct operation *o, unsigned n, uint64_t total)
{
	char line[LINE], *at = line;

	at = add_text(at, o->name, 24);
	at = decimal(at, n, 8);
	at = decimal(at, (total + n / 2) / n, 12);
	at = add_text(at, o->unit ? " " : " cycles", 0);
	at = add_text(at, o->unit ? o->unit : "", 0);
	*at++ = '\n';
	*at = 0;
	print(line);
}

/* Other work of the host, and the kernel's clock, make a round only longer. */
void
measure(const struct operation *o, unsigned n, unsigned rounds)
{
	uint64_t shortest = UINT64_MAX;

	current = o->name;
	if (o->unit)
		rounds = 1;
	o->round(o->size, n);
	while (rounds-- > 0) {
		uint64_t total = o->round(o->size, n);

		if (total < shortest)
			shortest = total;
	}
	report(o, n, shortest);
}
