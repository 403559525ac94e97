/*
 * Entering the kernel: one frame of registers for exceptions, interrupts and
 * system calls, as kernel/entry.asm pushes it.
 */
#pragma once

#include "kernel/types.h"

/* On the kernel stack, lowest address first. The last five are the CPU's. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, rbx, rbp;
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t vector; /* 0..255, or TRAP_SYSCALL */
	uint64_t error;	 /* the CPU's error code, else 0; for a system
				   call its number, kept while rax changes */
	uint64_t rip, cs, rflags, rsp, ss;
};

enum {
	TRAP_SYSCALL = 256,
	TRAP_SIGRETURN = 257, /* a frame that sigreturn has made */

	TRAP_PATIENCE = 1000, /* entry.asm knows this too */

	SYSCALL_LENGTH = 2, /* bytes of the instruction */
};

/* How many more page faults of a thread at one address, with nothing in between,
 * are no bug: system calls and switches set it to TRAP_PATIENCE. */
extern unsigned trap_patience;

/* Every vector ends here, on the kernel stack, interrupts off. */
void trap(struct trap_frame *frame);
/* System calls too, if somebody watches them; else entry.asm calls what performs
 * them. */
void trap_syscall(struct trap_frame *frame);
