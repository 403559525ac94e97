/*
 * Comes before the student's files when they are compiled for the host: system
 * calls are the test's business there.
 */
#pragma once

#include "user/lib/libc.h"

#undef kernel
#undef call
#define kernel(...) object_kernel(__VA_ARGS__)
#define call(...)   ((int)object_kernel(__VA_ARGS__))
#define kernel3	    object_kernel
#define kernel6	    object_kernel

long object_kernel(long number, ...);
