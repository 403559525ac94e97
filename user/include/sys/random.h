/* Random bytes from the kernel. */
#pragma once

#include <sys/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2

ssize_t getrandom(void *data, size_t n, unsigned flags);
