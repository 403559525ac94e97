/*
 * The machine seam that mm/ uses, as tests/host/mmu.c simulates it. Stands in
 * for kernel/cpu.h, which is all inline assembly.
 */
#pragma once

#include "kernel/types.h"

struct space;

/* As in the kernel's own. */
struct cpu_reached {
	const struct space *space;
	vaddr_t page;
	char *at;
};

extern struct cpu_reached cpu_reached[2];

/* What this CPU's CR3 holds. */
uint64_t cpu_root(void);
void cpu_load_root(paddr_t root);
/* INVLPG: this CPU forgets va and every pointer to a table. */
void cpu_flush_page(vaddr_t va);
void cpu_flush_all(void);
bool cpu_has_1g_pages(void);
