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
#include "kernel/trap.h"

enum {
	LINUX_CALLS = 464, /* numbers Linux has given away */
	QUIRE_FIRST = 1000,
	QUIRE_CALLS = 16,
};

struct call {
	long (*perform)(const struct trap_frame *f);
	const char *name;
	int args;
};

bool syscall_trace;

/* How arguments come: System V ABI A.2.1. */
#define ARGS_0(f)
#define ARGS_1(f) (f)->rdi
#define ARGS_2(f) (f)->rdi, (f)->rsi
#define ARGS_3(f) (f)->rdi, (f)->rsi, (f)->rdx
#define ARGS_4(f) (f)->rdi, (f)->rsi, (f)->rdx, (f)->r10
#define ARGS_5(f) (f)->rdi, (f)->rsi, (f)->rdx, (f)->r10, (f)->r8
#define ARGS_6(f) (f)->rdi, (f)->rsi, (f)->rdx, (f)->r10, (f)->r8, (f)->r9

#define SYSCALL(number, name, args)                            \
	static long perform_##name(const struct trap_frame *f) \
	{                                                      \
		(void)f;                                       \
		return sys_##name(ARGS_##args(f));             \
	}
/* Arguments of a call that is another one, and its usual directory. */
#define A1  f->rdi
#define A2  f->rsi
#define A3  f->rdx
#define A4  f->r10
#define CWD ((uint64_t)AT_FDCWD)
/* What may be NULL in the other call, and not in this one. */
#define NEEDED(pointer) ((pointer) ? (pointer) : 1)

#define SYSCALL_AS(number, name, args, call)                   \
	static long perform_##name(const struct trap_frame *f) \
	{                                                      \
		return sys_##call;                             \
	}
#include "kernel/syscall.def"
#undef SYSCALL
#undef SYSCALL_AS

#define INDEX(number) \
	((number) < QUIRE_FIRST ? (number) : (number)-QUIRE_FIRST + LINUX_CALLS)
#define SYSCALL(number, name, args) \
	[INDEX(number)] = {perform_##name, #name, args},
#define SYSCALL_AS(number, name, args, call) SYSCALL(number, name, args)

static const struct call calls[LINUX_CALLS + QUIRE_CALLS] = {
#include "kernel/syscall.def"
};
#undef SYSCALL
#undef SYSCALL_AS

/* => NULL if there is no such call */
static const struct call *
find_call(uint64_t number)
{
	const struct call *c = NULL;

	if (number < LINUX_CALLS)
		c = &calls[number];
	else if (number - QUIRE_FIRST < QUIRE_CALLS)
		c = &calls[INDEX(number)];
	return c && c->perform ? c : NULL;
}

/* Says it once for each process, or students would search for hours. */
static COLD long
unknown_call(uint64_t number)
{
	struct process *p = process_current();

	if (!p->unknown_call_said || syscall_trace)
		print("%s[%d]: system call %lu is not implemented (ENOSYS)\n",
		      p->name, p->pid, number);
	p->unknown_call_said = true;
	return -ENOSYS;
}

static void
trace_entry(const struct call *c, const struct trap_frame *f)
{
	const uint64_t args[] = {f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9};

	print("%s[%d]: %s(", process_current()->name, process_current()->pid,
	      c->name);
	for (int i = 0; i < c->args; i++)
		print("%s0x%lx", i ? ", " : "", args[i]);
	print(")\n");
}

static void
trace_result(const struct call *c, long result)
{
	const struct process *p = process_current();

	if (result < 0)
		print("%s[%d]: %s = %ld\n", p->name, p->pid, c->name, result);
	else
		print("%s[%d]: %s = 0x%lx\n", p->name, p->pid, c->name, result);
}

static COLD void
traced_call(const struct call *c, struct trap_frame *frame)
{
	trace_entry(c, frame);
	frame->rax = (uint64_t)c->perform(frame);
	trace_result(c, (long)frame->rax);
}

void
syscall(struct trap_frame *frame)
{
	const struct call *c = find_call(frame->rax);

	if (!c) {
		frame->rax = (uint64_t)unknown_call(frame->rax);
		return;
	}
	if (syscall_trace)
		traced_call(c, frame);
	else
		frame->rax = (uint64_t)c->perform(frame);
	check_after_call(c->name);
}
