/*
 * What to do about a trap: system call, page fault, interrupt, exception.
 *
 * A trap from user mode ends in the program going on, or in its end. A trap from
 * kernel mode is an interrupt that found the CPU idle, or a bug.
 */
#include "kernel/trap.h"

#include "kernel/assert.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/explain.h"
#include "kernel/idt.h"
#include "kernel/kstack.h"
#include "kernel/panic.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "mm/fault.h"
#include "mm/pt.h"
#include "mm/pt_shadow.h"

/* Bits of a page fault's error code, SDM 3A figure 4-12. */
enum {
	FAULT_WRITE = 1 << 1,
	FAULT_RESERVED = 1 << 3,
	FAULT_FETCH = 1 << 4,

	IN_VAIN = 10000, /* faults in a row at one address: a bug */
};

_Static_assert(sizeof(struct trap_frame) == 22 * 8, "as entry.asm pushes it");
_Static_assert(offsetof(struct trap_frame, rip) == 17 * 8, "FRAME_RIP");

/* What Linux sends for an exception of user mode; 0: a bug of ours. */
static const struct {
	const char *name;
	int signal;
} exceptions[VECTORS_CPU] = {
	[0] = {"division error", SIGFPE},
	[1] = {"debug trap", SIGTRAP},
	[2] = {"NMI", 0},
	[3] = {"breakpoint", SIGTRAP},
	[4] = {"overflow", SIGSEGV},
	[5] = {"bound range exceeded", SIGSEGV},
	[6] = {"invalid instruction", SIGILL},
	[7] = {"device not available", 0},
	[8] = {"double fault", 0},
	[10] = {"invalid TSS", 0},
	[11] = {"segment not present", SIGBUS},
	[12] = {"stack segment fault", SIGBUS},
	[13] = {"general protection fault", SIGSEGV},
	[14] = {"page fault", SIGSEGV},
	[16] = {"x87 error", SIGFPE},
	[17] = {"alignment check", SIGBUS},
	[18] = {"machine check", 0},
	[19] = {"SIMD error", SIGFPE},
	[21] = {"control protection fault", SIGSEGV},
};

static bool
from_user(const struct trap_frame *f)
{
	return f->cs & 3;
}

static const char *
exception_name(uint64_t vector)
{
	const char *name = exceptions[vector].name;

	return name ? name : "reserved exception";
}

static int
access_of(uint64_t error)
{
	if (error & FAULT_FETCH)
		return PROT_EXEC;
	return error & FAULT_WRITE ? PROT_WRITE : PROT_READ;
}

/* Which signal tells a program why its access failed. */
static int
signal_of(int err)
{
	if (err == -ENOMEM)
		return SIGKILL;
	return err == -ENXIO ? SIGBUS : SIGSEGV;
}

/* An access that faults again and again although each fault was handled: the
 * tables do not say what the handler thinks they say. Better a panic than a
 * machine that seems to hang. */
static void
check_progress(const struct trap_frame *f, struct process *p, vaddr_t va)
{
	if (va != p->last_fault)
		p->same_faults = 0;
	p->last_fault = va;
	if (++p->same_faults > IN_VAIN)
		panic_trap(f, "page fault handled in vain: %s 0x%lx",
			   access_name(access_of(f->error)), va);
}

static void
page_fault(const struct trap_frame *f)
{
	struct process *p = process_current();
	vaddr_t va = cpu_read_cr2();
	int access = access_of(f->error), err;

	if (f->error & FAULT_RESERVED)
		panic_trap(f, "page_fault: reserved bit set, walking to 0x%lx",
			   va);
	p->faults++;
	check_progress(f, p, va);
	do
		err = space_fault(p->space, va, access);
	while (err == -ENOMEM && p->pid == 1 && process_make_room());
	if (err < 0) {
		explain_fault(p, va, access, err, signal_of(err));
		process_kill(p, signal_of(err));
	}
}

static void
user_exception(const struct trap_frame *f)
{
	int signal = exceptions[f->vector].signal;

	if (f->vector == VECTOR_PAGE_FAULT) {
		page_fault(f);
		return;
	}
	if (!signal)
		panic_trap(f, "%s (vector %lu)", exception_name(f->vector),
			   f->vector);
	explain_exception(process_current(), exception_name(f->vector),
			  f->vector, f->error, signal);
	process_kill(process_current(), signal);
}

static NORETURN void
kernel_exception(const struct trap_frame *f)
{
	uint64_t cr2 = cpu_read_cr2();

	if (f->vector == VECTOR_DOUBLE_FAULT && kstack_guards(cr2))
		panic_trap(f, "kernel stack overflow at 0x%lx", cr2);
	if (f->vector == VECTOR_PAGE_FAULT)
		panic_trap(f, "page fault in the kernel: %s 0x%lx (error %lx)",
			   access_name(access_of(f->error)), cr2, f->error);
	panic_trap(f, "%s (vector %lu, error %lx)", exception_name(f->vector),
		   f->vector, f->error);
}

static void
interrupt(const struct trap_frame *f)
{
	int line = (int)f->vector - VECTORS_CPU;

	if (line >= IRQS || !irq_acknowledge(line))
		return;
	if (line == IRQ_SERIAL)
		console_interrupt();
	if (line != IRQ_TIMER)
		return;
	sched_tick();
	if (from_user(f))
		sched_yield();
}

static void
system_call(struct trap_frame *f)
{
	process_current()->same_faults = 0;
	syscall(f);
}

void
trap(struct trap_frame *f)
{
	if (f->vector == TRAP_SYSCALL)
		system_call(f);
	else if (f->vector >= VECTORS_CPU)
		interrupt(f);
	else if (from_user(f))
		user_exception(f);
	else
		kernel_exception(f);
	if (!from_user(f))
		return;
	if (process_current()->killed)
		process_exit(process_current()->killed);
	shadow_report();
}
