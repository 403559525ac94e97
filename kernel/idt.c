/*
 * How the CPU finds us: gates for 256 vectors, the registers of `syscall`, and
 * the two 8259 interrupt controllers, which every PC still has.
 *
 * Owns: the IDT.
 */
#include "kernel/idt.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/gdt.h"
#include "mm/layout.h"

/* SDM 3A figure 6-8. */
struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist; /* 0: stay on the kernel stack */
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

_Static_assert(sizeof(struct gate) == 16, "SDM 3A figure 6-8");

enum {
	GATE_INTERRUPT = 0x8e, /* present, interrupts off on entry */
	GATE_RING3 = 0x60,     /* `int n` may use it */
	STUB_SIZE = 16,

	PIC1 = 0x20,
	PIC2 = 0xa0,
	PIC_EOI = 0x20,
	PIC_READ_ISR = 0x0b,
	CPUID_APIC = 1 << 9, /* leaf 1, EDX */
	APIC_SPURIOUS = 0xf0,
	APIC_LINT0 = 0x350,
	APIC_LINT1 = 0x360,
	APIC_ON = 0x100,
	APIC_EXTINT = 0x700, /* the 8259s name the vector */
	APIC_NMI = 0x400,
	CASCADE = 2, /* the line of PIC1 that PIC2 hangs on */
};

extern const char vectors[]; /* entry.asm */
extern const char syscall_entry[];

static struct gate idt[256];

static void
set_gate(int vector, uint8_t ist, uint8_t type)
{
	uint64_t stub = (uintptr_t)vectors + (uint64_t)vector * STUB_SIZE;

	idt[vector] = (struct gate){
		.offset_low = (uint16_t)stub,
		.selector = KERNEL_CS,
		.ist = ist,
		.type = type,
		.offset_middle = (uint16_t)(stub >> 16),
		.offset_high = (uint32_t)(stub >> 32),
	};
}

static void
init_gates(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} PACKED pointer = {sizeof(idt) - 1, (uintptr_t)idt};

	for (int i = 0; i < 256; i++)
		set_gate(i, 0, GATE_INTERRUPT);
	set_gate(VECTOR_DEBUG, IST_DEBUG, GATE_INTERRUPT);
	set_gate(VECTOR_NMI, IST_NMI, GATE_INTERRUPT);
	set_gate(VECTOR_DOUBLE_FAULT, IST_DOUBLE_FAULT, GATE_INTERRUPT);
	set_gate(VECTOR_MACHINE_CHECK, IST_MACHINE_CHECK, GATE_INTERRUPT);
	set_gate(VECTOR_BREAKPOINT, 0, GATE_INTERRUPT | GATE_RING3);
	__asm__ volatile("lidt %0" : : "m"(pointer));
}

/* syscall enters with the flags of FMASK off: no interrupts, no user flag that
 * would change what the kernel's instructions mean. LSTAR is a kernel address,
 * so it is canonical: another would fault in ring 0 on the program's stack. */
static const struct {
	const char *name;
	uint32_t msr;
	uint64_t value;
} syscall_msrs[] = {
	{"STAR", MSR_STAR, (USER_SS - 8ul) << 48 | (uint64_t)KERNEL_CS << 32},
	{"LSTAR", MSR_LSTAR, (uintptr_t)syscall_entry},
	{"FMASK", MSR_FMASK,
	 FLAG_IF | FLAG_TF | FLAG_DF | FLAG_AC | FLAG_NT | FLAG_IOPL},
};

static void
init_syscall(void)
{
	cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_SCE);
	for (size_t i = 0; i < COUNT(syscall_msrs); i++)
		cpu_write_msr(syscall_msrs[i].msr, syscall_msrs[i].value);
}

int
idt_audit(void)
{
	int defects = 0;

	for (size_t i = 0; i < COUNT(syscall_msrs); i++)
		defects += cpu_audit_register(syscall_msrs[i].name,
					      cpu_read_msr(syscall_msrs[i].msr),
					      syscall_msrs[i].value);
	return defects;
}

/* The controllers' start-up sequence: vectors, cascade, 8086 mode. */
static void
init_pic(uint16_t port, uint8_t vector, uint8_t cascade)
{
	cpu_out8(port, 0x11);
	cpu_out8((uint16_t)(port + 1), vector);
	cpu_out8((uint16_t)(port + 1), cascade);
	cpu_out8((uint16_t)(port + 1), 0x01);
	cpu_out8((uint16_t)(port + 1), 0xff);
}

/* The local APIC sits between the 8259s and the CPU; firmware may have opened it
 * or not. "Virtual wire mode" lets their interrupts through (SDM 3A 10.4.7). Its
 * registers are reached through the boot tables, which show the first 4 GiB. */
static void
init_apic(void)
{
	volatile char *apic;
	uint32_t a, b, c, d;
	uint64_t base;

	cpu_id(1, &a, &b, &c, &d);
	if (!(d & CPUID_APIC))
		return;
	base = cpu_read_msr(MSR_APIC_BASE);
	if (!(base & APIC_ENABLE))
		return;
	apic = (char *)(DIRECT_BASE + (base & APIC_ADDRESS));
	*(volatile uint32_t *)(apic + APIC_SPURIOUS) = APIC_ON | 0xff;
	*(volatile uint32_t *)(apic + APIC_LINT0) = APIC_EXTINT;
	*(volatile uint32_t *)(apic + APIC_LINT1) = APIC_NMI;
}

void
idt_init(void)
{
	init_gates();
	init_syscall();
	init_apic();
	init_pic(PIC1, VECTORS_CPU, 1 << CASCADE);
	init_pic(PIC2, VECTORS_CPU + 8, CASCADE);
	irq_enable(CASCADE);
}

static uint16_t
pic_of(int line)
{
	return line < 8 ? PIC1 : PIC2;
}

void
irq_enable(int line)
{
	uint16_t mask = (uint16_t)(pic_of(line) + 1);

	cpu_out8(mask, (uint8_t)(cpu_in8(mask) & ~(1 << line % 8)));
}

/* A controller that loses its interrupt says line 7 or 15: only its in-service
 * register tells. */
bool
irq_acknowledge(int line)
{
	uint16_t pic = pic_of(line);
	bool real = true;

	if (line % 8 == 7) {
		cpu_out8(pic, PIC_READ_ISR);
		real = cpu_in8(pic) & 0x80;
	}
	if (real)
		cpu_out8(pic, PIC_EOI);
	if (pic == PIC2)
		cpu_out8(PIC1, PIC_EOI);
	return real;
}
