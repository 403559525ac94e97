/*
 * From what the boot loader says of memory to frames and the kernel's tables.
 */
#pragma once

#include "kernel/types.h"

struct bootinfo;

/* Sets up mm/frame and the kernel half, drops the boot tables.
 * => panics if there is not enough memory to begin with */
void memory_init(const struct bootinfo *b);
