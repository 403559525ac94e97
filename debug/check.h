/*
 * Debug builds: the audit after every system call and every fault.
 */
#pragma once

#include "kernel/types.h"

#ifdef DEBUG

/* Panics if anything is wrong, naming the call or the exception; of a fault also
 * where it was. */
void check_after_call(const char *name);
void check_after_fault(const char *name, vaddr_t va);

#else

static inline void
check_after_call(const char *name)
{
	(void)name;
}

static inline void
check_after_fault(const char *name, vaddr_t va)
{
	(void)name, (void)va;
}

#endif
