/*
 * assert: for what only a bug in the kernel can make false. What a program, a
 * file or the boot loader can cause returns an error instead.
 */
#pragma once

#include "kernel/types.h"

/* Prints what, registers and a backtrace, and ends QEMU with status 37. */
NORETURN void panic(const char *fmt, ...) PRINTF(1, 2);

#undef assert
#define assert(claim)                                                   \
	((claim) ? (void)0                                              \
		 : panic("%s:%d: %s: not true: %s", __FILE__, __LINE__, \
			 __func__, #claim))
