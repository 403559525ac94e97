/*
 * The end: panics, backtraces, and leaving the machine.
 */
#pragma once

#include "kernel/types.h"

struct trap_frame;

/* What the emulator's exit status tells (isa-debug-exit: value * 2 + 1). */
enum shutdown_status {
	SHUTDOWN_PASSED = 0x10, /* 33 */
	SHUTDOWN_FAILED = 0x11, /* 35 */
	SHUTDOWN_PANIC = 0x12,	/* 37 */
};

/* The name of the function that holds an address of kernel text, and how far
 * into it the address is. => NULL if it is none */
const char *symbol_find(uint64_t address, uint64_t *offset);

/* Says where and with which registers a trap came. */
void print_trap(const struct trap_frame *frame);
/* A panic about the trap that frame describes. */
NORETURN void panic_trap(const struct trap_frame *frame, const char *fmt, ...)
	PRINTF(2, 3);

/* Leaves the emulator, or switches the machine off, or stops it. */
NORETURN void power_off(enum shutdown_status status);
/* Audits, says goodbye, powers off. passed: whether process 1 was content */
NORETURN void shutdown(bool passed);
/* Resets the machine. */
NORETURN void restart(void);
