/*
 * What samples of code are put together of.
 */
#pragma once

#include "fuzz.h"

struct piece {
	const char *bytes;
	unsigned char len;
	unsigned char more; /* random bytes that follow */
};

extern const struct piece pieces[];
extern const size_t piece_count;
