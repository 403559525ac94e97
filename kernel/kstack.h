/*
 * Kernel stacks: one for each process, with unmapped pages below.
 */
#pragma once

#include "debug/san.h"
#include "kernel/types.h"

enum {
	KSTACK_PAGES = 2 * SAN_STACK,
	KSTACK_SIZE = KSTACK_PAGES * (int)PAGE_SIZE,
};

/* => the lowest address of a mapped stack, or 0 without memory */
uint64_t kstack_alloc(void) MUST_CHECK;
void kstack_free(uint64_t stack);
/* Whether address is in the guard below a stack. */
bool kstack_guards(uint64_t address);
/* For audit: holds what this module holds, and looks at each stack's last word.
 * => defects */
int kstack_audit(void);
/* Debug builds: bytes that any stack ever needed. => 0 in other builds */
size_t kstack_deepest(void);
