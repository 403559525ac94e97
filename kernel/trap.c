/*
 * What to do about a trap: system call, page fault, interrupt, exception.
 *
 * A trap from user mode ends in the program going on, or in its end. A trap from
 * kernel mode is an interrupt that found the CPU idle, or a bug.
 */
#include "kernel/trap.h"

#include "debug/check.h"
#include "debug/pt_shadow.h"
#include "kernel/assert.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/explain.h"
#include "kernel/idt.h"
#include "kernel/kstack.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/fault.h"
#include "mm/layout.h"
#include "mm/pt.h"

/* Bits of a page fault's error code, SDM 3A figure 4-12. */
enum {
	FAULT_PRESENT = 1 << 0,
	FAULT_WRITE = 1 << 1,
	FAULT_USER = 1 << 2, /* ring 3 itself, not the CPU on its behalf */
	FAULT_RESERVED = 1 << 3,
	FAULT_FETCH = 1 << 4,

};

unsigned trap_patience;

/* What entry.asm knows. */
_Static_assert(sizeof(struct trap_frame) == 22 * 8, "as it is pushed");
_Static_assert(offsetof(struct trap_frame, rip) == 17 * 8, "FRAME_RIP");
_Static_assert(offsetof(struct cpu, thread) == 24, "THREAD");
_Static_assert(offsetof(struct thread, attention) == 512, "ATTENTION");

/* What Linux sends for an exception of user mode; signal 0: a bug of ours. */
static const struct {
	const char *name;
	int signal, code;
} exceptions[VECTORS_CPU] = {
	[0] = {"division error", SIGFPE, FPE_INTDIV},
	[1] = {"debug trap", SIGTRAP, TRAP_TRACE},
	[3] = {"breakpoint", SIGTRAP, SI_KERNEL},
	[4] = {"overflow", SIGSEGV, SI_KERNEL},
	[5] = {"bound range exceeded", SIGSEGV, SI_KERNEL},
	[6] = {"invalid instruction", SIGILL, ILL_ILLOPN},
	[7] = {"device not available", 0, 0},
	[8] = {"double fault", 0, 0},
	[10] = {"invalid TSS", 0, 0},
	[11] = {"segment not present", SIGBUS, SI_KERNEL},
	[12] = {"stack segment fault", SIGBUS, SI_KERNEL},
	[13] = {"general protection fault", SIGSEGV, SI_KERNEL},
	[14] = {"page fault", SIGSEGV, SI_KERNEL},
	[16] = {"x87 error", SIGFPE, FPE_FLTINV},
	[17] = {"alignment check", SIGBUS, BUS_ADRALN},
	[18] = {"machine check", 0, 0},
	[19] = {"SIMD error", SIGFPE, FPE_FLTINV},
	[21] = {"control protection fault", SIGSEGV, SI_KERNEL},
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

/* How a program is told why its access failed. */
static struct signal_info
info_of(int err, vaddr_t va)
{
	switch (err) {
	case -ENOMEM:
		return (struct signal_info){SIGKILL, SI_KERNEL, {0}};
	case -ENXIO:
		return (struct signal_info){SIGBUS, BUS_ADRERR, {va}};
	case -EACCES:
		return (struct signal_info){SIGSEGV, SEGV_ACCERR, {va}};
	default:
		return (struct signal_info){SIGSEGV, SEGV_MAPERR, {va}};
	}
}

/* For the signal frame, should there be one. */
static void
note_trap(const struct trap_frame *f)
{
	struct thread *t = thread_current();

	t->trap_vector = f->vector;
	t->trap_error = f->error;
}

static COLD void
fault_failed(const struct trap_frame *f, int err)
{
	struct thread *t = thread_current();
	struct process *p = t->process;
	vaddr_t va = t->last_fault;
	int access = access_of(f->error);
	struct signal_info info;

	if (f->error & FAULT_RESERVED)
		panic_trap(f, "page_fault: reserved bit set, walking to 0x%lx",
			   va);
	if (err == 0)
		panic_trap(f, "page fault handled in vain: %s 0x%lx",
			   access_name(access), va);
	note_trap(f);
	if (va >= USER_END) /* nobody learns what is mapped there */
		t->trap_error |= FAULT_PRESENT;
	while (err == -ENOMEM && process_make_room())
		err = space_fault(p->space, va, access);
	if (err == 0)
		return;
	trap_patience = TRAP_PATIENCE;
	info = info_of(err, va);
	if (!signal_is_caught(info.signal))
		explain_fault(p, va, access, err, info.signal);
	signal_force(&info);
}

/* If a thread faults at one address again and again, and nothing has happened in
 * between (a system call, a fault elsewhere or of another thread), the tables do
 * not say what the handler thinks they say. Better a panic than a machine that
 * seems to hang. */
static void
page_fault(const struct trap_frame *f)
{
	struct thread *t = thread_current();
	vaddr_t va = cpu_read_cr2();
	int hint = f->error & FAULT_PRESENT ? 0 : FAULT_ABSENT, err;

	t->process->faults++;
	if (t->last_fault != va)
		trap_patience = TRAP_PATIENCE;
	t->last_fault = va;
	err = space_fault(t->process->space, va, access_of(f->error) | hint);
	if (err < 0 || --trap_patience == 0)
		fault_failed(f, err);
	check_after_fault("page fault", t->last_fault);
}

/* A page fault comes here if the CPU read or wrote on the program's behalf, with
 * the rights of ring 0, and SMAP forbade it: no handling makes that work. QEMU's
 * far returns do this, where a real CPU uses the rights of ring 3. */
static COLD void
user_exception(const struct trap_frame *f)
{
	struct signal_info info = {
		.signal = exceptions[f->vector].signal,
		.code = exceptions[f->vector].code,
	};

	note_trap(f);
	if (!info.signal)
		panic_trap(f, "%s (vector %lu)", exception_name(f->vector),
			   f->vector);
	if (info.code != SI_KERNEL)
		info.field[0] = f->rip;
	if (!signal_is_caught(info.signal))
		explain_exception(process_current(), exception_name(f->vector),
				  f->vector, f->error, info.signal);
	signal_force(&info);
}

static NORETURN COLD void
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

/* Nothing here asks for NMIs: somebody presses a button, to learn where a machine
 * that hangs does so. */
static COLD void
nmi(const struct trap_frame *f)
{
	print("\nNMI\n");
	print_trap(f);
}

static COLD void
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
	process_reap_unwanted();
	if (from_user(f))
		sched_yield();
}

void
trap_syscall(struct trap_frame *f)
{
	syscall(f);
	shadow_report();
}

/* All but a program's page fault. => whether it came from a program */
static COLD bool
other_trap(struct trap_frame *f)
{
	bool user = from_user(f);

	if (f->vector >= VECTORS_CPU)
		interrupt(f);
	else if (f->vector == VECTOR_NMI)
		nmi(f);
	else if (user)
		user_exception(f);
	else if (f->vector == VECTOR_DEBUG)
		f->rflags &= ~FLAG_TF; /* a program's, at its entry */
	else
		kernel_exception(f);
	if (user && f->vector < VECTORS_CPU)
		check_after_fault(exception_name(f->vector), f->rip);
	return user;
}

void
trap(struct trap_frame *f)
{
	if (f->vector == VECTOR_PAGE_FAULT && f->error & FAULT_USER)
		page_fault(f);
	else if (!other_trap(f))
		return;
	if (thread_current()->attention)
		signal_deliver(f);
	shadow_report();
}
