/*
 * The CPU: every instruction that C has no word for.
 *
 * mm/ uses only cpu_root, cpu_load_root, cpu_flush_page, cpu_flush_all and
 * cpu_has_1g_pages: that is its whole seam to the machine, and what the host
 * tests replace.
 */
#pragma once

#include "kernel/types.h"

struct space;

/* Debug builds: the shadow TLB (debug/pt_shadow.h) hears of every flush. */
#ifdef DEBUG
void shadow_flushed_page(vaddr_t va);
void shadow_flushed_all(void);
#else
#define shadow_flushed_page(va) ((void)0)
#define shadow_flushed_all()	((void)0)
#endif

enum {
	MSR_APIC_BASE = 0x1b,
	MSR_EFER = 0xc0000080, /* SDM 4, table 2-2 */
	MSR_STAR = 0xc0000081,
	MSR_LSTAR = 0xc0000082,
	MSR_FMASK = 0xc0000084,
	MSR_FS_BASE = 0xc0000100,
	MSR_GS_BASE = 0xc0000101,
	MSR_KERNEL_GS_BASE = 0xc0000102,
};

#define APIC_ENABLE  (1ul << 11)
#define APIC_ADDRESS 0xfffff000ul

#define EFER_SCE (1ul << 0)
#define EFER_NXE (1ul << 11)

#define CR0_PE (1ul << 0)
#define CR0_MP (1ul << 1)
#define CR0_ET (1ul << 4)
#define CR0_NE (1ul << 5)
#define CR0_WP (1ul << 16)
#define CR0_AM (1ul << 18)
#define CR0_PG (1ul << 31)

#define CR4_PAE	       (1ul << 5)
#define CR4_MCE	       (1ul << 6)
#define CR4_PGE	       (1ul << 7)
#define CR4_OSFXSR     (1ul << 9)
#define CR4_OSXMMEXCPT (1ul << 10)
#define CR4_UMIP       (1ul << 11)
#define CR4_SMEP       (1ul << 20)
#define CR4_SMAP       (1ul << 21)

#define FLAG_TF	  (1ul << 8)
#define FLAG_IF	  (1ul << 9)
#define FLAG_DF	  (1ul << 10)
#define FLAG_IOPL (3ul << 12)
#define FLAG_NT	  (1ul << 14)
#define FLAG_AC	  (1ul << 18)

/* The page of a program that the kernel reached last (mm/user.c), to read and to
 * write: a TLB of one entry each for its own copies, and right for the same
 * reason as the other. Whatever makes the CPU forget empties it, too. */
struct cpu_reached {
	const struct space *space; /* whose; NULL: nothing is remembered */
	vaddr_t page;
	char *at; /* where the kernel sees it */
};

extern struct cpu_reached cpu_reached[2];

static inline void
cpu_forget_reached(void)
{
	cpu_reached[0].space = cpu_reached[1].space = NULL;
}

/* Points GS at this CPU's block. The very first thing. */
void cpu_init_block(void);
/* Enables what the CPU has of WP, NX, SMEP, SMAP, UMIP, PGE and SSE, reports it
 * and asserts that it holds. */
void cpu_init(void);
/* Panics unless CR0, CR4 and EFER are as cpu_init left them. */
int cpu_audit(void);
/* => 1, and prints both, if a register is not what it was at boot */
int cpu_audit_register(const char *name, uint64_t value, uint64_t boot);
bool cpu_has_1g_pages(void);
/* A number nobody can guess where the CPU has RDRAND; else from the clock. */
uint64_t cpu_random(void);

static inline void
cpu_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void
cpu_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t
cpu_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t
cpu_read_msr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void
cpu_write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline uint64_t
cpu_read_cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void
cpu_write_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

/* The address of the last page fault. */
static inline uint64_t
cpu_read_cr2(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t
cpu_read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void
cpu_write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

/* The physical address of the root that this CPU translates by. */
static inline paddr_t
cpu_root(void)
{
	paddr_t root;

	__asm__ volatile("mov %%cr3, %0" : "=r"(root));
	return root;
}

static inline void
cpu_load_root(paddr_t root)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(root) : "memory");
	cpu_forget_reached();
	shadow_flushed_all();
}

/* Forgets the translation of one page and every cached upper-level entry (SDM 3A
 * 4.10.4.1). */
static inline void
cpu_flush_page(vaddr_t va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
	cpu_forget_reached();
	shadow_flushed_page(va);
}

/* Forgets all translations but global ones. */
static inline void
cpu_flush_all(void)
{
	cpu_load_root(cpu_root());
}

static inline uint64_t
cpu_cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline void
cpu_id(uint32_t leaf, uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	__asm__ volatile("cpuid"
			 : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d)
			 : "a"(leaf), "c"(0));
}

/* What a program has loaded into ds, es, fs and gs. */
static inline uint64_t
cpu_selectors(void)
{
	uint64_t ds, es, fs, gs;

	__asm__ volatile(
		"mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
		: "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs));
	return ds | es << 16 | fs << 32 | gs << 48;
}

/* Loads them again; the base of fs is lost. Ours of gs is out of the way. */
static inline void
cpu_load_selectors(uint64_t s)
{
	__asm__ volatile("mov %w0, %%ds; mov %w1, %%es; mov %w2, %%fs;"
			 "swapgs; mov %w3, %%gs; swapgs"
			 :
			 : "r"(s), "r"(s >> 16), "r"(s >> 32), "r"(s >> 48));
}

static inline void
cpu_save_fpu(void *area)
{
	__asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

static inline void
cpu_load_fpu(const void *area)
{
	__asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

/* Waits for an interrupt and handles it; interrupts are off before and after. */
static inline void
cpu_idle(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* Handles the interrupts that have been waiting; they are off again after it. */
static inline void
cpu_take_interrupts(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

static inline uint64_t *
cpu_frame_pointer(void)
{
	uint64_t *rbp;

	__asm__ volatile("mov %%rbp, %0" : "=r"(rbp));
	return rbp;
}

static inline NORETURN void
cpu_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}
