/*
 * The last system calls, whoever made them: on a panic, and when an NMI asks
 * where the kernel is, each with its arguments and what came of it.
 *
 * The kernel knows nothing of this. The linker puts each __wrap_NAME below in
 * front of NAME (ld --wrap, see debug/rules.mk); for panics calls_entry.asm does.
 *
 * Owns: a ring of records, one for each call, filled in when it returns.
 */
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/trap.h"

enum {
	RECORDS = 32,
};

struct record {
	uint64_t
		nth; /* of all calls, from 1: which call this record is about */
	pid_t tid;
	uint64_t number, args[6];
	bool returned;
	uint64_t result; /* what the program sees, if it has returned */
};

void __real_trap_syscall(struct trap_frame *f);
void __wrap_trap_syscall(struct trap_frame *f);
void __real_print_trap(const struct trap_frame *f);
void __wrap_print_trap(const struct trap_frame *f);
void calls_print(void); /* for calls_entry.asm */

static struct record records[RECORDS];
static uint64_t calls;

static struct record *
note(const struct trap_frame *f)
{
	struct record *r = &records[++calls % RECORDS];

	*r = (struct record){
		.nth = calls,
		.tid = thread_current()->tid,
		.number = f->rax,
		.args = {f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9},
	};
	return r;
}

void
__wrap_trap_syscall(struct trap_frame *f)
{
	struct record *r = note(f);
	uint64_t nth = calls;

	__real_trap_syscall(f);
	if (r->nth != nth)
		return; /* it slept so long that the record is another's */
	r->returned = true;
	r->result = f->rax;
}

static void
print_call(const struct record *r)
{
	const struct syscall_name *name = syscall_name(r->number);

	print("  [%d] %s %lu(", r->tid, name->name, r->number);
	for (int i = 0; i < name->args; i++)
		print("%s0x%lx", i ? ", " : "", r->args[i]);
	if (!r->returned)
		print(") has not returned\n");
	else if ((int64_t)r->result < 0)
		print(") = %ld\n", (long)r->result);
	else
		print(") = 0x%lx\n", r->result);
}

/* Not twice: a panic may be about printing them. */
void
calls_print(void)
{
	static bool printing;

	if (printing)
		return;
	printing = true;
	print("last system calls, of %lu:\n", calls);
	for (uint64_t i = 1; i <= RECORDS; i++)
		if (records[(calls + i) % RECORDS].nth)
			print_call(&records[(calls + i) % RECORDS]);
	printing = false;
}

void
__wrap_print_trap(const struct trap_frame *f)
{
	__real_print_trap(f);
	calls_print();
}
