/*
 * A simulated MMU: several CPUs that walk the real bytes of the page tables and
 * never forget what they have seen, leaves and pointers to tables alike, until
 * somebody flushes. So a missing flush is not a matter of luck.
 */
#pragma once

#include "kernel/types.h"

enum {
	MMU_CPUS = 4,
};

/* Goes on as this CPU (0..MMU_CPUS - 1). */
void mmu_be(int cpu);
/* The CPU whose root this is, or -1. */
int mmu_cpu_of(paddr_t root);

/* One access of a program on this CPU to the byte at va. => where the byte is,
 * or NULL: a page fault */
char *mmu_access(vaddr_t va, int access);
/* Fails the test if any CPU remembers what its tables no longer say (P4). */
void mmu_check(void);
/* The same for what leads to this frame, before a reference to it is given up;
 * `last`: nothing may lead there. */
void mmu_check_put(paddr_t frame, bool last);

/* What the kernel asked of all CPUs since the last call. */
struct mmu_flushes {
	unsigned page, all;
};

struct mmu_flushes mmu_flushes(void);
