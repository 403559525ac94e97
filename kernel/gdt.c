/*
 * The segment table, the TSS and its interrupt stacks.
 *
 * Owns: the GDT, the TSS, a stack for each trap that may come at any instruction
 * (debug trap, NMI, double fault, machine check).
 *
 * The CPU puts such a trap at the top of its stack even if one is still there.
 * That cannot be, or is the end anyway: interrupts are off, the kernel arms no
 * breakpoint and never sets TF, an NMI holds further ones back until its iret,
 * and the other two end in a panic.
 */
#include "kernel/gdt.h"

#include "debug/san.h"
#include "kernel/cpu.h"
#include "kernel/current.h"

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3]; /* stack for traps into ring 0, 1, 2 */
	uint64_t reserved1;
	uint64_t ist[7]; /* IST 1..7 */
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map; /* beyond the limit: no port is allowed */
} PACKED;

_Static_assert(sizeof(struct tss) == 104, "SDM 3A figure 7-11");

enum {
	IST_SIZE = 4096 * SAN_STACK,
};

static struct tss tss;
static char ist_stacks[IST_STACKS][IST_SIZE] ALIGNED(16);

/* Bases and limits of code and data are ignored in long mode. */
static uint64_t gdt[] = {
	0,
	0,
	0x00af9a000000ffff, /* 0x10 kernel code, 64-bit */
	0x00cf92000000ffff, /* 0x18 kernel data */
	0,
	0x00cff2000000ffff, /* 0x28 user data */
	0x00affa000000ffff, /* 0x30 user code, 64-bit */
	0,
	0, /* 0x38 TSS: set below */
};

/* A 64-bit TSS descriptor, SDM 3A figure 7-4. */
static void
set_tss_descriptor(void)
{
	uint64_t base = (uintptr_t)&tss, limit = sizeof(tss) - 1;

	gdt[7] = limit | (base & 0xffffff) << 16 | 0x89ul << 40 |
		 (base >> 24 & 0xff) << 56;
	gdt[8] = base >> 32;
}

/* After reset the local table is there, 64 KiB at address 0. */
static void
load(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} PACKED pointer = {sizeof(gdt) - 1, (uintptr_t)gdt};

	__asm__ volatile("lgdt %0\n\t"
			 "push %1\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "push %%rax\n\t"
			 "lretq\n"
			 "1:\n\t"
			 "mov %w2, %%ss\n\t"
			 "mov %w3, %%ds\n\t"
			 "mov %w3, %%es\n\t"
			 "lldt %w3\n\t"
			 "ltr %w4"
			 :
			 : "m"(pointer), "i"(KERNEL_CS), "r"(KERNEL_SS), "r"(0),
			   "r"(TSS_SELECTOR)
			 : "rax", "memory");
}

void
gdt_init(void)
{
	for (int i = 0; i < IST_STACKS; i++)
		tss.ist[i] = (uintptr_t)ist_stacks[i] + IST_SIZE;
	tss.io_map = sizeof(tss);
	set_tss_descriptor();
	load();
}

void
gdt_set_kernel_stack(uint64_t top)
{
	tss.rsp[0] = top;
	this_cpu()->kernel_rsp = top;
}
