/*
 * The page-fault handler: fetch, then own.
 */
#pragma once

#include "kernel/types.h"

struct space;

/* What goes with an access. */
enum {
	FAULT_ABSENT = 8, /* nothing is mapped at va, the MMU has seen it */
	FAULT_AGAIN = 16, /* for fault.c: stores have given what they could */
	FAULT_HINTS = FAULT_ABSENT | FAULT_AGAIN,
};

/* Whether a fault may map pages of the file around it too: see fault.c. */
extern bool fault_around;

/* Makes one access (PROT_READ, PROT_WRITE or PROT_EXEC) to va possible, or says
 * why it is not. => 0: the MMU allows it now
 * => -EFAULT no region there, -EACCES the region forbids it, -ENXIO beyond the
 *    last page of a file, -ENOMEM no frame left */
int space_fault(struct space *s, vaddr_t va, int access) MUST_CHECK;
