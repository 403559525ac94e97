/*
 * The interrupt table, the system-call entry, and the interrupt controller.
 */
#pragma once

#include "kernel/types.h"

enum {
	VECTOR_DEBUG = 1,
	VECTOR_NMI = 2,
	VECTOR_BREAKPOINT = 3,
	VECTOR_DOUBLE_FAULT = 8,
	VECTOR_PAGE_FAULT = 14,
	VECTOR_MACHINE_CHECK = 18,
	VECTORS_CPU = 32, /* exceptions have the vectors below */

	IRQ_TIMER = 0,
	IRQ_SERIAL = 4,
	IRQS = 16,
};

/* Fills and loads the IDT and the system-call registers; all interrupt lines
 * masked, mapped to VECTORS_CPU + line. */
void idt_init(void);
/* Panics unless the system-call registers are as idt_init left them. */
int idt_audit(void);
/* Lets an interrupt line through. */
void irq_enable(int line);
/* Tells the controller that the interrupt is handled. => false: it was none */
bool irq_acknowledge(int line);
