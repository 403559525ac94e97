/*
 * Leaving: the last audit, then whichever way out the machine has.
 */
#include "debug/pt_shadow.h"
#include "kernel/check.h"
#include "kernel/cpu.h"
#include "kernel/kstack.h"
#include "kernel/panic.h"
#include "kernel/print.h"

enum {
	ISA_DEBUG_EXIT = 0xf4, /* QEMU -device isa-debug-exit */
	ACPI_QEMU = 0x604,     /* PM1a control of QEMU's pc and q35 */
	ACPI_SLEEP_5 = 0x2000,
	BOCHS_SHUTDOWN = 0x8900, /* the word "Shutdown" ends Bochs */
	KEYBOARD = 0x64,
	KEYBOARD_RESET = 0xfe,
};

void
power_off(enum shutdown_status status)
{
	cpu_out8(ISA_DEBUG_EXIT, (uint8_t)status);
	for (const char *c = "Shutdown"; *c; c++)
		cpu_out8(BOCHS_SHUTDOWN, (uint8_t)*c);
	if (status != SHUTDOWN_PANIC)
		cpu_out16(ACPI_QEMU, ACPI_SLEEP_5);
	print("Halted: it is now safe to switch the machine off.\n");
	cpu_halt();
}

void
restart(void)
{
	cpu_out8(KEYBOARD, KEYBOARD_RESET);
	cpu_halt();
}

void
shutdown(bool passed)
{
	size_t defects = (size_t)check_everything() + shadow_report();

	if (defects)
		print("shutdown: the audit found %zu defects\n", defects);
	else
		print("shutdown: audit clean\n");
	if (kstack_deepest())
		print("shutdown: %zu of %d bytes of a kernel stack were used\n",
		      kstack_deepest(), KSTACK_SIZE);
	power_off(passed && defects == 0 ? SHUTDOWN_PASSED : SHUTDOWN_FAILED);
}
