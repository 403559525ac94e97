/*
 * The event stream: what happened, one line each, for tests and tools.
 *
 *	@seq cycles kind key=value...
 *
 * Kinds: alloc free map unmap protect move copy fault region-add region-remove
 * region-grow fork exec exit switch. Addresses and frame numbers are
 * hexadecimal. The lines go to port 0xe9, which QEMU writes to a file
 * (-debugcon); nothing slows down where events=1 is not on the command line.
 */
#include "kernel/cpu.h"
#include "kernel/print.h"

enum {
	DEBUG_PORT = 0xe9,
	LINE = 192,
};

bool events_on;

static void
send(const char *line)
{
	while (*line)
		cpu_out8(DEBUG_PORT, (uint8_t)*line++);
}

void
event_write(const char *fmt, ...)
{
	static uint64_t seq;
	char line[LINE];
	va_list args;

	format(line, sizeof(line), "@%lu %lu ", ++seq, cpu_cycles());
	send(line);
	va_start(args, fmt);
	vformat(line, sizeof(line), fmt, args);
	va_end(args);
	send(line);
	send("\n");
}
