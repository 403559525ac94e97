/*
 * Asks the grader to look from outside, by QEMU's monitor: at what the MMU's
 * tables say of an address, and at the bytes of a frame. No kernel is asked. The
 * check finds it as run.look(name).
 *
 * The program waits for a line from the console, which the grader sends when it
 * has looked. Meanwhile the CPU idles in this program's address space; the
 * program is the only one that runs.
 */
#pragma once

#include <stdint.h>

#include "tap.h"

static inline void
look_wait(void)
{
	char byte = 0;

	while (byte != '\n')
		need(read(0, &byte, 1) == 1, "the grader's answer");
}

static inline void
look_at(const char *name, const volatile void *addr)
{
	diag("look %s at 0x%lx (by hand: Enter)", name,
	     (unsigned long)(uintptr_t)addr);
	look_wait();
}

static inline void
look_at_frame(const char *name, uint64_t frame)
{
	diag("look %s frame 0x%lx (by hand: Enter)", name,
	     (unsigned long)frame);
	look_wait();
}
