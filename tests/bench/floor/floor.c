/*
 * The floor: what this emulator needs for an operation if the kernel does
 * nothing else. It boots, measures, prints lines as vmbench does, and ends.
 *
 * In ring 3: an empty system call, and a page fault that stores one entry, both
 * with the full frame of registers. In ring 0: zeroing and copying a page,
 * INVLPG, loading CR3. A page is zeroed and copied as Quire does it.
 */
#include "kernel/string.h"

enum {
	ROUNDS = 9,  /* and one before; the shortest counts */
	TIMES = 128, /* in a round */
	FIRST = 1,   /* page that faults; page 0 is ring 3's code */
	COM1 = 0x3f8,
	DEBUG_EXIT = 0xf4,
	PASSED = 0x10,
	PRESENT_USER = 5,
};

#define USER_BASE (1ul << 39)

/* What start.asm pushes. */
struct frame {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8;
	uint64_t rax, rcx, rdx, rsi, rdi, vector, error, rip;
};

struct gate {
	uint16_t low, cs;
	uint8_t ist, type;
	uint16_t middle;
	uint32_t high, zero;
};

extern uint64_t page_table[];
extern char user_page[], call_entry[], fault_entry[], report_entry[];
void floor_load_segments(void);
void floor_enter_user(uint64_t what, uint64_t times) __attribute__((noreturn));
void floor_main(void) __attribute__((noreturn));
void floor_call(struct frame *f);
void floor_fault(struct frame *f);
void floor_report(struct frame *f);

static struct gate idt[256];
static char page[2][PAGE_SIZE] ALIGNED(PAGE_SIZE);

static uint64_t
cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static void
out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static void
write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)));
}

static void
print(const char *text)
{
	while (*text)
		out8(COM1, (uint8_t)*text++);
}

static void
print_number(uint64_t value)
{
	char digits[24], *d = digits + sizeof(digits);

	*--d = 0;
	do {
		*--d = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	print(" ");
	print(d);
}

/* The line of vmbench. */
static void
report(const char *name, uint64_t shortest)
{
	print(name);
	print_number(TIMES);
	print_number((shortest + TIMES / 2) / TIMES);
	print(" cycles\n");
}

/* ---- Ring 0 -------------------------------------------------------------- */

static void
zero_page(void)
{
	page_zero(page[0]);
}

static void
copy_page(void)
{
	page_copy(page[0], page[1]);
}

static void
forget_page(void)
{
	__asm__ volatile("invlpg (%0)" ::"r"(USER_BASE) : "memory");
}

static void
load_space(void)
{
	uint64_t root;

	__asm__ volatile("mov %%cr3, %0\n\tmov %0, %%cr3"
			 : "=r"(root)::"memory");
}

static inline __attribute__((always_inline)) void
measure(const char *name, void (*operation)(void))
{
	uint64_t shortest = UINT64_MAX;

	for (int round = -1; round < ROUNDS; round++) {
		uint64_t start = cycles(), took;

		for (int i = 0; i < TIMES; i++)
			operation();
		took = cycles() - start;
		if (round >= 0 && took < shortest)
			shortest = took;
	}
	report(name, shortest);
}

/* ---- Ring 3 -------------------------------------------------------------- */

void
floor_call(struct frame *f)
{
	(void)f;
}

void
floor_fault(struct frame *f)
{
	uint64_t va;

	(void)f;
	__asm__ volatile("mov %%cr2, %0" : "=r"(va));
	page_table[va / PAGE_SIZE % 512] = (uint64_t)page[0] | PRESENT_USER;
}

/* Ring 3 has done a round: RAX has the cycles, RDI what it did. Changes the
 * frame for the next one. */
void
floor_report(struct frame *f)
{
	static uint64_t shortest = UINT64_MAX;
	static int round = -1;

	if (round >= 0 && f->rax < shortest)
		shortest = f->rax;
	if (++round == ROUNDS) {
		report(f->rdi ? "floor_fault" : "floor_call", shortest);
		round = -1;
		shortest = UINT64_MAX;
		if (f->rdi) {
			print("vmbench: done\n");
			out8(DEBUG_EXIT, PASSED);
		}
		f->rdi = 1;
	}
	for (int i = FIRST; i < FIRST + TIMES; i++)
		page_table[i] = 0;
	load_space();
	f->rsi = TIMES;
	f->r9 = USER_BASE + FIRST * PAGE_SIZE;
}

static void
set_gate(int vector, const char *entry, uint8_t type)
{
	uint64_t to = (uint64_t)entry;

	idt[vector] = (struct gate){
		.low = (uint16_t)to,
		.middle = (uint16_t)(to >> 16),
		.high = (uint32_t)(to >> 32),
		.cs = 0x10,
		.type = type,
	};
}

void
floor_main(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) pointer = {sizeof(idt) - 1, (uint64_t)idt};

	print("floor\n");
	set_gate(14, fault_entry, 0x8e);
	set_gate(0x80, report_entry, 0xee);
	__asm__ volatile("lidt %0" ::"m"(pointer));
	floor_load_segments();
	write_msr(0xc0000081, 0x0023001000000000);   /* STAR */
	write_msr(0xc0000082, (uint64_t)call_entry); /* LSTAR */
	write_msr(0xc0000084, ~2u);		     /* FMASK */
	page_table[0] = (uint64_t)user_page | PRESENT_USER;
	measure("floor_zero", zero_page);
	measure("floor_copy", copy_page);
	measure("floor_invlpg", forget_page);
	measure("floor_cr3", load_space);
	floor_enter_user(0, TIMES);
}
