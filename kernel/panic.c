/*
 * Panics: cause, registers, backtrace with names, and a status of their own.
 *
 * The names come from a table that the build makes of the first link's symbols
 * (tools/mksymbols) and adds to the second.
 */
#include "kernel/panic.h"

#include "debug/san.h"
#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "kernel/trap.h"
#include "mm/layout.h"
#include "mm/pt.h"

struct symbol {
	uint64_t address;
	const char *name;
};

extern const struct symbol symbol_table[]; /* sorted by address */
extern const uint64_t symbol_count;
extern const char text_start[], text_end[], data_start[], data_end[];

enum {
	BACKTRACE_DEPTH = 32,
};

const char *
symbol_find(uint64_t address, uint64_t *offset)
{
	size_t low = 0, high = symbol_count;

	if (address < (uintptr_t)text_start || address >= (uintptr_t)text_end)
		return NULL;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbol_table[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	*offset = address - symbol_table[low - 1].address;
	return symbol_table[low - 1].name;
}

static void
print_call(int depth, uint64_t address)
{
	uint64_t offset;
	const char *name = symbol_find(address, &offset);

	print("  #%d 0x%016lx", depth, address);
	if (name)
		print(" %s+0x%lx", name, offset);
	print("\n");
}

/* Whether two words can be read at rbp: on a kernel stack, above the last. It may
 * be a program's, where an NMI has come before the entry cleared it. */
static bool
frame_ok(uint64_t rbp, uint64_t last)
{
	struct pt_page page;

	if (rbp <= last || rbp % 16 || rbp - last >= 0x10000)
		return false;
	if (rbp >= (uintptr_t)data_start && rbp < (uintptr_t)data_end)
		return true;
	return rbp >= STACKS_BASE && rbp < STACKS_BASE + STACKS_SIZE &&
	       pt_lookup(pt_kernel_root(), rbp, &page);
}

/* Follows the chain of frame pointers: [rbp] the caller's, [rbp + 8] where the
 * call returns to. Not checked: a broken chain leads anywhere. */
static NO_KASAN void
print_backtrace(uint64_t rip, uint64_t rbp)
{
	uint64_t last = rbp - 1;

	print("backtrace:\n");
	for (int depth = 0; depth < BACKTRACE_DEPTH; depth++) {
		const uint64_t *frame = (const uint64_t *)rbp;

		print_call(depth, rip);
		if (!frame_ok(rbp, last))
			return;
		last = rbp;
		rip = frame[1];
		rbp = frame[0];
		if (rip == 0)
			return;
	}
}

static void
print_registers(const struct trap_frame *f)
{
	print("rip %016lx  rsp %016lx  rflags %lx\n", f->rip, f->rsp,
	      f->rflags);
	print("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", f->rax,
	      f->rbx, f->rcx, f->rdx);
	print("rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx\n", f->rsi,
	      f->rdi, f->rbp, f->r8);
	print("r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx\n", f->r9, f->r10,
	      f->r11, f->r12);
	print("r13 %016lx  r14 %016lx  r15 %016lx  cs %lx ss %lx\n", f->r13,
	      f->r14, f->r15, f->cs, f->ss);
}

static void
print_control(void)
{
	const struct process *p = process_current();

	print("cr0 %016lx  cr2 %016lx  cr3 %016lx  cr4 %016lx\n",
	      cpu_read_cr0(), cpu_read_cr2(), cpu_root(), cpu_read_cr4());
	if (p)
		print("process %d (%s)\n", p->pid, p->name);
}

/* A panic inside a panic leaves at once. */
static void
begin(const char *fmt, va_list args)
{
	static bool panicking;

	if (panicking)
		power_off(SHUTDOWN_PANIC);
	panicking = true;
	print("\nPANIC: ");
	vprint(fmt, args);
	print("\n");
}

void
panic(const char *fmt, ...)
{
	uint64_t *rbp = cpu_frame_pointer();
	va_list args;

	va_start(args, fmt);
	begin(fmt, args);
	va_end(args);
	print_control();
	if (thread_current())
		print_registers(thread_current()->frame);
	print_backtrace(rbp[1], rbp[0]);
	power_off(SHUTDOWN_PANIC);
}

void
print_trap(const struct trap_frame *frame)
{
	print_registers(frame);
	print_control(); /* with a wrong GS this is the end */
	print_backtrace(frame->rip, frame->rbp);
}

void
panic_trap(const struct trap_frame *frame, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	begin(fmt, args);
	va_end(args);
	print_trap(frame);
	power_off(SHUTDOWN_PANIC);
}
