/*
 * A fuzzing target on the host: one of the kernel's parsers, given bytes. Besides
 * what the sanitizers see it checks what the parser's file promises.
 *
 * libFuzzer calls it, or tests/fuzz/host/driver.c where there is no clang.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What must hold whatever the bytes are. */
#define MUST(condition)                                          \
	do {                                                     \
		if (!(condition)) {                              \
			fprintf(stderr,                          \
				"%s:%d: does not hold: "         \
				"%s\n",                          \
				__FILE__, __LINE__, #condition); \
			abort();                                 \
		}                                                \
	} while (0)

/* A copy of the bytes that ends where they do, so that reading on is seen. */
static inline char *
exact_copy(const uint8_t *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);

	MUST(copy);
	memcpy(copy, bytes, size);
	return copy;
}
