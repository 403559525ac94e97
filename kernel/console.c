/*
 * The 16550 serial port.
 *
 * Owns: COM1. A port that is absent or stuck costs characters, never a hang; but
 * whoever reads an emulated one may be busy for seconds, and misses nothing.
 */
#include "kernel/console.h"

#include "kernel/cpu.h"
#include "kernel/idt.h"
#include "kernel/tty.h"

enum {
	COM1 = 0x3f8,
	DATA = COM1,
	INTERRUPTS = COM1 + 1,
	FIFO = COM1 + 2,
	LINE = COM1 + 3,
	MODEM = COM1 + 4,
	STATUS = COM1 + 5,

	STATUS_RECEIVED = 0x01,
	STATUS_CAN_SEND = 0x20,
	TRIES = 200000000, /* 20 seconds, where one takes 100 ns */
	FIFO_SIZE = 16,
};

void
console_init(void)
{
	cpu_out8(INTERRUPTS, 0);
	cpu_out8(LINE, 0x80); /* divisor: 115200 / 1 */
	cpu_out8(DATA, 1);
	cpu_out8(INTERRUPTS, 0);
	cpu_out8(LINE, 0x03);  /* 8 bits, no parity, 1 stop */
	cpu_out8(FIFO, 0xc7);  /* on, empty */
	cpu_out8(MODEM, 0x0b); /* DTR, RTS, interrupts reach the PIC */
}

static void
send(char c)
{
	static bool stuck; /* it did not even send after all these tries */

	for (int i = 0; !(cpu_in8(STATUS) & STATUS_CAN_SEND); i++) {
		stuck = stuck || i == TRIES;
		if (stuck)
			return;
	}
	stuck = false;
	cpu_out8(DATA, (uint8_t)c);
}

void
console_write(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		send(bytes[i]);
}

void
console_enable_input(void)
{
	irq_enable(IRQ_SERIAL);
	cpu_out8(INTERRUPTS, 1);
}

void
console_interrupt(void)
{
	for (int i = 0; i < FIFO_SIZE; i++) {
		if (!(cpu_in8(STATUS) & STATUS_RECEIVED))
			return;
		tty_input((char)cpu_in8(DATA));
	}
}
