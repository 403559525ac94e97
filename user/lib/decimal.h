/*
 * Decimal numbers of as many digits as a double can need, so that printf and
 * strtod are exact: a double is an integer times a power of two, and shifting
 * by one bit is doubling or halving the decimal number.
 *
 *	value = 0.d1 d2 d3 ... * 10^point
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* The smallest doubles have 767 digits that are not zero. */
enum { DECIMAL_DIGITS = 780 };

struct decimal {
	int count; /* digits that are there; 0: the value is zero */
	int point;
	bool inexact; /* digits other than zero were dropped behind them */
	char digit[DECIMAL_DIGITS]; /* '0'..'9'; the last is not '0' */
};

void __decimal_set(struct decimal *d, uint64_t n);
/* times 2^bits */
void __decimal_shift(struct decimal *d, int bits);
/* Keeps count digits (may be negative); a tie goes to the even digit. */
void __decimal_round(struct decimal *d, int count);
/* The nearest integer, if it is below 2^64. */
uint64_t __decimal_integer(const struct decimal *d);

#pragma GCC visibility pop
