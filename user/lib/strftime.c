/*
 * Dates as text, in the C locale. ISO C 7.27.3.5
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libc.h"

/* Lists of names, each ended by a zero: no pointers, so no relocations. */
static const char days[] =
	"Sunday\0Monday\0Tuesday\0Wednesday\0Thursday\0Friday\0Saturday\0";
static const char months[] =
	"January\0February\0March\0April\0May\0June\0July\0August\0September\0"
	"October\0November\0December\0";

struct text {
	char *s;
	size_t size, length; /* length reaches size: it did not fit */
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (t->length + n >= t->size) {
		t->length = t->size;
		return;
	}
	memcpy(t->s + t->length, s, n);
	t->length += n;
}

/* Name number i of a list, cut to n characters. */
static void
add_name(struct text *t, const char *list, int i, size_t n)
{
	while (i-- > 0 && *list)
		list += strlen(list) + 1;
	if (*list)
		add(t, list, strnlen(list, n));
	else
		add(t, "?", 1);
}

/* At least width digits; a width below 0: spaces in front, not zeros. */
static void
add_number(struct text *t, int width, long n)
{
	char digits[24];
	int length =
		width < 0 ? snprintf(digits, sizeof(digits), "%*ld", -width, n)
			  : snprintf(digits, sizeof(digits), "%0*ld", width, n);

	add(t, digits, (size_t)length);
}

/* The week of the year, weeks beginning on first (0: Sunday). */
static int
week(const struct tm *tm, int first)
{
	return (tm->tm_yday + 7 - (tm->tm_wday + 7 - first) % 7) / 7;
}

static bool
leap(long year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* ISO 8601: weeks begin on Monday, and week 1 has the year's first Thursday. */
static int
iso_week(const struct tm *tm, long *year)
{
	int thursday = tm->tm_yday - (tm->tm_wday + 6) % 7 + 3;
	int length;

	*year = 1900L + tm->tm_year;
	if (thursday < 0)
		thursday += 365 + leap(--*year);
	length = 365 + leap(*year);
	if (thursday >= length) {
		thursday -= length;
		++*year;
	}
	return thursday / 7 + 1;
}

static void convert(struct text *t, char letter, const struct tm *tm);

static void
add_all(struct text *t, const char *format, const struct tm *tm)
{
	for (; *format && t->length < t->size; format++) {
		if (*format != '%') {
			add(t, format, 1);
			continue;
		}
		format++;
		if (*format == 'E' || *format == 'O')
			format++;
		if (!*format)
			return;
		convert(t, *format, tm);
	}
}

/* What is made of other conversions. => NULL: it is not */
static const char *
compound(char letter)
{
	switch (letter) {
	case 'c':
		return "%a %b %e %H:%M:%S %Y";
	case 'D':
	case 'x':
		return "%m/%d/%y";
	case 'F':
		return "%Y-%m-%d";
	case 'R':
		return "%H:%M";
	case 'r':
		return "%I:%M:%S %p";
	case 'T':
	case 'X':
		return "%H:%M:%S";
	case 'n':
		return "\n";
	case 't':
		return "\t";
	case 'h':
		return "%b";
	}
	return NULL;
}

static void
convert_time(struct text *t, char letter, const struct tm *tm)
{
	struct tm copy = *tm;

	switch (letter) {
	case 'H':
		add_number(t, 2, tm->tm_hour);
		break;
	case 'I':
		add_number(t, 2, (tm->tm_hour + 11) % 12 + 1);
		break;
	case 'M':
		add_number(t, 2, tm->tm_min);
		break;
	case 'S':
		add_number(t, 2, tm->tm_sec);
		break;
	case 'p':
		add(t, tm->tm_hour < 12 ? "AM" : "PM", 2);
		break;
	case 's':
		add_number(t, 0, timegm(&copy));
		break;
	case 'z':
		add(t, "+0000", 5);
		break;
	case 'Z':
		add(t, "UTC", 3);
		break;
	case '%':
		add(t, "%", 1);
		break;
	}
}

static void
convert_name(struct text *t, char letter, const struct tm *tm)
{
	switch (letter) {
	case 'a':
		add_name(t, days, tm->tm_wday, 3);
		break;
	case 'A':
		add_name(t, days, tm->tm_wday, 9);
		break;
	case 'b':
		add_name(t, months, tm->tm_mon, 3);
		break;
	case 'B':
		add_name(t, months, tm->tm_mon, 9);
		break;
	}
}

static void
convert_year(struct text *t, char letter, const struct tm *tm)
{
	long year = 1900L + tm->tm_year, of_century, iso_year;
	int iso = iso_week(tm, &iso_year);

	of_century = (year % 100 + 100) % 100;
	switch (letter) {
	case 'C':
		add_number(t, 2, (year - of_century) / 100);
		break;
	case 'G':
		add_number(t, 0, iso_year);
		break;
	case 'g':
		add_number(t, 2, (iso_year % 100 + 100) % 100);
		break;
	case 'V':
		add_number(t, 2, iso);
		break;
	case 'Y':
		add_number(t, 0, year);
		break;
	case 'y':
		add_number(t, 2, of_century);
		break;
	}
}

static void
convert_day(struct text *t, char letter, const struct tm *tm)
{
	switch (letter) {
	case 'd':
		add_number(t, 2, tm->tm_mday);
		break;
	case 'e':
		add_number(t, -2, tm->tm_mday);
		break;
	case 'j':
		add_number(t, 3, tm->tm_yday + 1);
		break;
	case 'm':
		add_number(t, 2, tm->tm_mon + 1);
		break;
	case 'U':
		add_number(t, 2, week(tm, 0));
		break;
	case 'u':
		add_number(t, 0, (tm->tm_wday + 6) % 7 + 1);
		break;
	case 'W':
		add_number(t, 2, week(tm, 1));
		break;
	case 'w':
		add_number(t, 0, tm->tm_wday);
		break;
	}
}

static void
convert(struct text *t, char letter, const struct tm *tm)
{
	if (compound(letter))
		add_all(t, compound(letter), tm);
	else if (strchr("HIMSpszZ%", letter))
		convert_time(t, letter, tm);
	else if (strchr("aAbB", letter))
		convert_name(t, letter, tm);
	else if (strchr("CGgVYy", letter))
		convert_year(t, letter, tm);
	else
		convert_day(t, letter, tm);
}

/* => the length, or 0 if it is not less than size */
size_t
strftime(char *restrict s, size_t size, const char *restrict format,
	 const struct tm *restrict tm)
{
	struct text t = {s, size, 0};

	add_all(&t, format, tm);
	if (t.length >= size)
		return 0;
	s[t.length] = '\0';
	return t.length;
}
