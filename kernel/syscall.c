/*
 * From a number to a function.
 *
 * Owns: the table of system calls.
 */
#include "kernel/syscall.h"

#include "debug/check.h"
#include "kernel/file.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/sys_abi.h"
#include "kernel/trap.h"

typedef long performer(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
		       uint64_t);

#ifdef CHECKED
bool syscall_watched = true;
#else
bool syscall_watched;
#endif
static bool traced;

/* A call that is another one: its arguments, its usual directory, and what may
 * be NULL in the other call, and not in this one. */
#define CWD		((uint64_t)AT_FDCWD)
#define NEEDED(pointer) ((pointer) ? (pointer) : 1)
#define SYSCALL(number, name, args)
#define SYSCALL_AS(number, name, args, call)                              \
	static long perform_##name(uint64_t A1, uint64_t A2, uint64_t A3, \
				   uint64_t A4)                           \
	{                                                                 \
		(void)A1, (void)A2, (void)A3, (void)A4;                   \
		return sys_##call;                                        \
	}
#include "kernel/syscall.def"
#undef SYSCALL
#undef SYSCALL_AS

/* Arguments come in the registers of a C call, but for the fourth. */
#define SYSCALL(number, name, args) [number] = (void (*)(void))sys_##name,
#define SYSCALL_AS(number, name, args, call) \
	[number] = (void (*)(void))perform_##name,
void (*const syscall_table[SYSCALLS])(void) = {
#include "kernel/syscall.def"
};
#undef SYSCALL
#undef SYSCALL_AS

#define SYSCALL(number, name, args)	     {number, #name, args},
#define SYSCALL_AS(number, name, args, call) SYSCALL(number, name, args)
static const struct syscall_name names[] = {
#include "kernel/syscall.def"
};
#undef SYSCALL
#undef SYSCALL_AS

const struct syscall_name *
syscall_name(uint64_t number)
{
	static const struct syscall_name unknown = {0, "?", 6};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].number == number)
			return &names[i];
	return &unknown;
}

void
syscall_trace(void)
{
	traced = syscall_watched = true;
}

/* Says it once for each process, or students would search for hours. */
long
syscall_unknown(uint64_t number)
{
	struct process *p = process_current();

	if (!p->unknown_call_said || traced)
		print("%s[%d]: system call %lu is not implemented (ENOSYS)\n",
		      p->name, p->pid, number);
	p->unknown_call_said = true;
	return -ENOSYS;
}

static void
trace_entry(const struct syscall_name *c, const struct trap_frame *f)
{
	const uint64_t args[] = {f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9};

	print("%s[%d]: %s(", process_current()->name, process_current()->pid,
	      c->name);
	for (int i = 0; i < c->args; i++)
		print("%s0x%lx", i ? ", " : "", args[i]);
	print(")\n");
}

static void
trace_result(const struct syscall_name *c, long result)
{
	const struct process *p = process_current();

	if (result < 0)
		print("%s[%d]: %s = %ld\n", p->name, p->pid, c->name, result);
	else
		print("%s[%d]: %s = 0x%lx\n", p->name, p->pid, c->name, result);
}

void
syscall(struct trap_frame *f)
{
	uint64_t number = f->rax;
	const struct syscall_name *name = syscall_name(number);
	performer *perform;

	if (number >= SYSCALLS || !syscall_table[number]) {
		f->rax = (uint64_t)syscall_unknown(number);
		return;
	}
	if (traced)
		trace_entry(name, f);
	perform = (performer *)syscall_table[number];
	f->rax =
		(uint64_t)perform(f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9);
	if (traced)
		trace_result(name, (long)f->rax);
	check_after_call(name->name);
}
