/*
 * Why a program was killed, in words.
 */
#pragma once

#include "kernel/types.h"

struct process;

/* "read from", "write to", "execute": of PROT_READ, PROT_WRITE, PROT_EXEC. */
const char *access_name(int access);
/* A page fault that space_fault refused with err. */
void explain_fault(struct process *p, vaddr_t va, int access, int err,
		   int signal);
/* Any other exception of user mode. */
void explain_exception(struct process *p, const char *name, uint64_t vector,
		       uint64_t error, int signal);
