/*
 * %f %e %g %a: a double as text, exact to the last digit asked for. A long
 * double is converted to a double first.
 *
 * The value is turned into a struct decimal, rounded, and put out in pieces, so
 * that no buffer limits the precision.
 */
#include <string.h>

#include "decimal.h"
#include "printf.h"

enum { FRACTION_BITS = 52, BIAS = 1023, SPECIAL = 2047 };

struct bits {
	uint64_t fraction; /* with the leading 1 that is not stored */
	int exponent;	   /* value = fraction * 2^(exponent - 52) */
	bool negative, special;
};

static struct bits
take_apart(double x)
{
	struct bits b;
	uint64_t raw;
	int exponent;

	memcpy(&raw, &x, sizeof(raw));
	exponent = (int)(raw >> FRACTION_BITS & SPECIAL);
	b.fraction = raw & ((1ULL << FRACTION_BITS) - 1);
	b.negative = raw >> 63;
	b.special = exponent == SPECIAL;
	if (exponent > 0)
		b.fraction |= 1ULL << FRACTION_BITS;
	b.exponent = (exponent > 0 ? exponent : 1) - BIAS;
	return b;
}

/* Digits number from to to (0 is the first), zeros where there are none. */
static void
put_digits(struct sink *sink, const struct decimal *d, int from, int to)
{
	int last = to < d->count ? to : d->count;

	if (from < 0 && from < to) {
		int zeros = to < 0 ? to - from : -from;

		__put_many(sink, '0', zeros);
		from += zeros;
	}
	if (from < last) {
		__put(sink, d->digit + from, (size_t)(last - from));
		from = last;
	}
	__put_many(sink, '0', to - from);
}

static void
put_point(struct sink *sink, const struct conversion *c)
{
	if (c->precision > 0 || (c->flags & ALT))
		__put(sink, ".", 1);
}

/* [-]ddd.ddd */
static void
put_fixed(struct sink *sink, const struct conversion *c, const char *sign,
	  struct decimal *d)
{
	bool point = c->precision > 0 || (c->flags & ALT);
	int whole = d->point > 0 ? d->point : 1;
	long after = __put_before(sink, c, sign,
				  (size_t)whole + point + (size_t)c->precision);

	put_digits(sink, d, d->point > 0 ? 0 : -1, d->point > 0 ? whole : 0);
	put_point(sink, c);
	put_digits(sink, d, d->point, d->point + c->precision);
	__put_many(sink, ' ', after);
}

/* letter, sign, at least `least` digits. => the length, text ends with a zero */
static size_t
exponent_text(char text[8], char letter, int exponent, int least)
{
	unsigned n = (unsigned)(exponent < 0 ? -exponent : exponent);
	char digits[8];
	int count = 0;
	size_t length = 0;

	for (; n > 0 || count < least; n /= 10)
		digits[count++] = (char)('0' + n % 10);
	text[length++] = letter;
	text[length++] = exponent < 0 ? '-' : '+';
	while (count > 0)
		text[length++] = digits[--count];
	text[length] = '\0';
	return length;
}

/* [-]d.ddde+dd */
static void
put_scientific(struct sink *sink, const struct conversion *c, const char *sign,
	       struct decimal *d, char letter)
{
	char exponent[8];
	size_t length = exponent_text(exponent, letter,
				      d->count > 0 ? d->point - 1 : 0, 2);
	bool point = c->precision > 0 || (c->flags & ALT);
	long after =
		__put_before(sink, c, sign,
			     1 + (size_t)point + (size_t)c->precision + length);

	put_digits(sink, d, 0, 1);
	put_point(sink, c);
	put_digits(sink, d, 1, 1 + c->precision);
	__put(sink, exponent, length);
	__put_many(sink, ' ', after);
}

/* The shorter of the two, without zeros at the end. ISO C 7.21.6.1 */
static void
put_general(struct sink *sink, struct conversion c, const char *sign,
	    struct decimal *d)
{
	int digits = c.precision > 0 ? c.precision : 1, exponent;

	__decimal_round(d, digits);
	exponent = d->count > 0 ? d->point - 1 : 0;
	if (!(c.flags & ALT))
		digits = d->count > 1 ? d->count : 1;
	if (exponent >= -4 && exponent < (c.precision > 0 ? c.precision : 1)) {
		c.precision = digits - 1 - exponent;
		if (c.precision < 0)
			c.precision = 0;
		put_fixed(sink, &c, sign, d);
	} else {
		c.precision = digits - 1;
		put_scientific(sink, &c, sign, d, c.letter == 'g' ? 'e' : 'E');
	}
}

/* [-]0xh.hhhp+d: the bits themselves */
static void
put_hexadecimal(struct sink *sink, struct conversion c, char prefix[8],
		struct bits b)
{
	const char *set =
		c.letter == 'a' ? "0123456789abcdef" : "0123456789ABCDEF";
	char text[16], exponent[8];
	int digits = FRACTION_BITS / 4, length;
	size_t tail;
	long after;

	if (b.fraction == 0)
		b.exponent = 0;
	if (c.precision >= 0 && c.precision < digits) {
		uint64_t unit = 1ULL << 4 * (digits - c.precision);
		uint64_t rest = b.fraction & (unit - 1);

		b.fraction -= rest;
		if (rest > unit / 2 ||
		    (rest == unit / 2 && (b.fraction & unit)))
			b.fraction += unit;
	}
	for (int i = 0; i <= digits; i++)
		text[i] = set[b.fraction >> 4 * (digits - i) & 15];
	for (length = digits; length > 0 && text[length] == '0'; length--)
		continue;
	if (c.precision < 0)
		c.precision = length;
	if (length > c.precision)
		length = c.precision;
	strcat(prefix, c.letter == 'a' ? "0x" : "0X");
	tail = exponent_text(exponent, c.letter == 'a' ? 'p' : 'P', b.exponent,
			     1);
	after = __put_before(sink, &c, prefix,
			     1 + (size_t)(c.precision > 0 || (c.flags & ALT)) +
				     (size_t)c.precision + tail);
	__put(sink, text, 1);
	put_point(sink, &c);
	__put(sink, text + 1, (size_t)length);
	__put_many(sink, '0', c.precision - length);
	__put(sink, exponent, tail);
	__put_many(sink, ' ', after);
}

static void
put_special(struct sink *sink, struct conversion c, const char *sign, bool nan)
{
	bool upper = c.letter < 'a';
	const char *text = nan ? upper ? "NAN" : "nan" : upper ? "INF" : "inf";
	long after;

	c.flags &= ~(unsigned)ZERO;
	after = __put_before(sink, &c, sign, 3);
	__put(sink, text, 3);
	__put_many(sink, ' ', after);
}

static void
put_decimal(struct sink *sink, struct conversion c, const char *sign,
	    struct bits b)
{
	struct decimal d;

	__decimal_set(&d, b.fraction);
	__decimal_shift(&d, b.exponent - FRACTION_BITS);
	if (c.precision < 0)
		c.precision = 6;
	switch (c.letter) {
	case 'f':
	case 'F':
		if (c.precision < DECIMAL_DIGITS * 2)
			__decimal_round(&d, d.point + c.precision);
		put_fixed(sink, &c, sign, &d);
		break;
	case 'e':
	case 'E':
		if (c.precision < DECIMAL_DIGITS)
			__decimal_round(&d, 1 + c.precision);
		put_scientific(sink, &c, sign, &d, c.letter);
		break;
	default:
		put_general(sink, c, sign, &d);
	}
}

void
__put_double(struct sink *sink, const struct conversion *c, double x)
{
	struct bits b = take_apart(x);
	char sign[8] = "";

	if (b.negative)
		sign[0] = '-';
	else if (c->flags & PLUS)
		sign[0] = '+';
	else if (c->flags & SPACE)
		sign[0] = ' ';

	if (b.special)
		put_special(sink, *c, sign,
			    b.fraction != 1ULL << FRACTION_BITS);
	else if ((c->letter | 0x20) == 'a')
		put_hexadecimal(sink, *c, sign, b);
	else
		put_decimal(sink, *c, sign, b);
}
