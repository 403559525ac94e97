/*
 * Segments and the task state: what long mode leaves of them (SDM 3A 3.4, 7.7).
 *
 * The selectors are Linux's.
 */
#pragma once

#include "kernel/types.h"

enum {
	KERNEL_CS = 0x10,
	KERNEL_SS = 0x18,
	USER_SS = 0x2b,
	USER_CS = 0x33,
	TSS_SELECTOR = 0x38,

	/* Stacks of their own, in the TSS. */
	IST_DEBUG = 1,
	IST_NMI = 2,
	IST_DOUBLE_FAULT = 3,
	IST_MACHINE_CHECK = 4,
	IST_STACKS = 4,
};

void gdt_init(void);
/* The kernel stack on which traps from user mode arrive from now on. */
void gdt_set_kernel_stack(uint64_t top);
