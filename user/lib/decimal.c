/* Arithmetic of decimal.h: shifts and rounding, digit by digit. */
#include "decimal.h"

#include <string.h>

enum { MAX_SHIFT = 60 }; /* a digit and a carry then fit into 64 bits */

static void
trim(struct decimal *d)
{
	while (d->count > 0 && d->digit[d->count - 1] == '0')
		d->count--;
	if (d->count == 0)
		d->point = 0;
}

/* Puts n in front of the digits. */
static void
prepend(struct decimal *d, uint64_t n)
{
	char digits[20];
	int length = 0, keep;

	for (; n > 0; n /= 10)
		digits[length++] = (char)('0' + n % 10);
	keep = d->count;
	if (keep > DECIMAL_DIGITS - length)
		keep = DECIMAL_DIGITS - length;
	for (int i = keep; i < d->count; i++)
		d->inexact |= d->digit[i] != '0';
	memmove(d->digit + length, d->digit, (size_t)keep);
	for (int i = 0; i < length; i++)
		d->digit[i] = digits[length - 1 - i];
	d->count = keep + length;
	d->point += length;
}

void
__decimal_set(struct decimal *d, uint64_t n)
{
	d->count = 0;
	d->point = 0;
	d->inexact = false;
	prepend(d, n);
	trim(d);
}

static void
shift_left(struct decimal *d, int bits)
{
	uint64_t carry = 0;

	for (int i = d->count; i-- > 0;) {
		carry += (uint64_t)(d->digit[i] - '0') << bits;
		d->digit[i] = (char)('0' + carry % 10);
		carry /= 10;
	}
	prepend(d, carry);
	trim(d);
}

/* Long division by 2^bits, in place: the quotient is never longer so far. */
static void
shift_right(struct decimal *d, int bits)
{
	uint64_t mask = (1ULL << bits) - 1, rest = 0;
	int from = 0, to = 0;

	for (; rest >> bits == 0; from++)
		rest = rest * 10 +
		       (from < d->count ? (uint64_t)(d->digit[from] - '0') : 0);
	d->point -= from - 1;
	for (; from < d->count || rest > 0; from++) {
		int quotient = (int)(rest >> bits);

		if (to < DECIMAL_DIGITS)
			d->digit[to++] = (char)('0' + quotient);
		else
			d->inexact |= quotient != 0;
		rest = (rest & mask) * 10;
		if (from < d->count)
			rest += (uint64_t)(d->digit[from] - '0');
	}
	d->count = to;
	trim(d);
}

void
__decimal_shift(struct decimal *d, int bits)
{
	while (d->count > 0 && bits != 0) {
		int part = bits;

		if (part > MAX_SHIFT)
			part = MAX_SHIFT;
		if (part < -MAX_SHIFT)
			part = -MAX_SHIFT;
		if (part > 0)
			shift_left(d, part);
		else
			shift_right(d, -part);
		bits -= part;
	}
}

static bool
rounds_up(const struct decimal *d, int count)
{
	if (d->digit[count] == '5' && count + 1 == d->count && !d->inexact)
		return count > 0 && (d->digit[count - 1] - '0') % 2 == 1;
	return d->digit[count] >= '5';
}

void
__decimal_round(struct decimal *d, int count)
{
	bool up;

	if (count >= d->count)
		return;
	if (count < 0) {
		d->count = 0;
		d->point = 0;
		return;
	}
	up = rounds_up(d, count);
	d->count = count;
	if (up) {
		while (d->count > 0 && d->digit[d->count - 1] == '9')
			d->count--;
		if (d->count == 0)
			prepend(d, 1);
		else
			d->digit[d->count - 1]++;
	}
	trim(d);
}

uint64_t
__decimal_integer(const struct decimal *d)
{
	uint64_t n = 0;

	for (int i = 0; i < d->point; i++)
		n = n * 10 + (i < d->count ? (uint64_t)(d->digit[i] - '0') : 0);
	if (d->point >= 0 && d->point < d->count && rounds_up(d, d->point))
		n++;
	return n;
}
