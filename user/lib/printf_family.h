/* What the heart of printf and the functions around it share. */
#pragma once

#include <stdarg.h>

#include "printf.h"

#pragma GCC visibility push(hidden)

/* A va_list that functions can move on, by address, and errno for %m. */
struct arguments {
	va_list list;
	int error;
};

/* => the number of characters, or -1 and errno */
int __print(struct sink *sink, const char *format, struct arguments *a);

#pragma GCC visibility pop
