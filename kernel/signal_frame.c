/*
 * Running a handler: what the program was doing goes to its stack, in Linux's
 * rt_sigframe, and comes back from there when the handler calls sigreturn.
 *
 *	        |  what the program had on its stack	|
 *	        |  128 bytes it may use below (red zone)|
 *	        |  FPU state, FXSAVE, aligned by 64	|
 *	        |  struct signal_frame			|
 *	rsp --> |  restorer: the handler's return address |
 *
 * Everything that comes back is the program's allegation: segments, privileged
 * flags and reserved bits are ours.
 */
#include "kernel/signal.h"

#include "kernel/cpu.h"
#include "kernel/gdt.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/trap.h"
#include "mm/layout.h"
#include "mm/user.h"

enum {
	RED_ZONE = 128, /* System V ABI 3.2.2 */
	UC_SIGCONTEXT_SS = 2,
	UC_STRICT_RESTORE_SS = 4,
	MXCSR_MASK = 28, /* offset in the FXSAVE area, SDM 1 10.5.1.2 */
	MXCSR = 24,
};

/* struct sigcontext: asm/sigcontext.h */
struct context {
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error, vector, old_blocked, cr2;
	vaddr_t fpu;
	uint64_t reserved[8];
};

/* What lies there: the return address, ucontext_t and siginfo_t. */
struct signal_frame {
	vaddr_t restorer;
	uint64_t flags, link;
	struct signal_stack stack;
	struct context context;
	uint64_t blocked;
	struct linux_siginfo info;
};

_Static_assert(sizeof(struct context) == 256, "as on Linux");
_Static_assert(offsetof(struct signal_frame, info) == 312, "as on Linux");
_Static_assert(sizeof(struct signal_frame) == 440, "as on Linux");

/* Flags that are the program's own: CF PF AF ZF SF TF DF OF RF AC. */
static const uint64_t user_flags = 0x50dd5;

static bool
on_signal_stack(const struct thread *t, vaddr_t rsp)
{
	return rsp - t->stack_for_signals.start <= t->stack_for_signals.size &&
	       rsp > t->stack_for_signals.start;
}

/* Where the frame may end: below the red zone, or on the other stack. */
static vaddr_t
frame_end(const struct thread *t, const struct signal_action *action,
	  vaddr_t rsp)
{
	const struct signal_stack *other = &t->stack_for_signals;

	if (action->flags & SA_ONSTACK && other->size &&
	    !on_signal_stack(t, rsp))
		return other->start + other->size;
	return rsp - RED_ZONE;
}

/* The registers that both keep, whatever their order. */
#define REGISTERS(COPY)                                                 \
	COPY(r8), COPY(r9), COPY(r10), COPY(r11), COPY(r12), COPY(r13), \
		COPY(r14), COPY(r15), COPY(rdi), COPY(rsi), COPY(rbp),  \
		COPY(rbx), COPY(rdx), COPY(rax), COPY(rcx), COPY(rsp),  \
		COPY(rip), COPY(rflags)

static struct context
save_registers(const struct trap_frame *f, const struct thread *t)
{
#define COPY(name) .name = f->name
	return (struct context){
		REGISTERS(COPY),
		.cs = USER_CS,
		.ss = USER_SS,
		.error = t->trap_error,
		.vector = t->trap_vector,
		.cr2 = t->last_fault,
	};
#undef COPY
}

static struct trap_frame
restore_registers(const struct context *c)
{
#define COPY(name) .name = c->name
	struct trap_frame f = {
		REGISTERS(COPY),
		.cs = USER_CS,
		.ss = USER_SS,
		.vector = TRAP_SIGRETURN,
	};
#undef COPY

	f.rflags = (f.rflags & user_flags) | FLAG_IF | 2;
	return f;
}

/* A program that cannot be given a frame, or that gave back a bad one. */
static void
bad_frame(const char *why, vaddr_t at)
{
	const struct signal_info info = {.signal = SIGSEGV, .code = SI_KERNEL};
	const struct process *p = process_current();

	if (!signal_is_caught(SIGSEGV))
		print("%s[%d]: SIGSEGV: %s, at 0x%lx\n", p->name, p->pid, why,
		      at);
	signal_force(&info);
}

void
signal_push_frame(struct trap_frame *f, const struct signal_action *action,
		  const struct signal_info *info, uint64_t old_blocked)
{
	struct thread *t = thread_current();
	vaddr_t fpu = (frame_end(t, action, f->rsp) - FPU_SIZE) & ~63ul;
	vaddr_t at = ((fpu - sizeof(struct signal_frame)) & ~15ul) - 8;
	struct signal_frame frame = {
		.restorer = action->restorer,
		.flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
		.stack = t->stack_for_signals,
		.context = save_registers(f, t),
		.blocked = old_blocked,
		.info = signal_siginfo(info),
	};

	frame.context.fpu = fpu;
	cpu_save_fpu(t->fpu);
	if (!(action->flags & SA_RESTORER) || action->handler >= USER_END ||
	    user_put(t->process->space, fpu, t->fpu, FPU_SIZE) < 0 ||
	    user_put(t->process->space, at, &frame, sizeof(frame)) < 0) {
		bad_frame("no way to run a signal handler", at);
		if (info->signal == SIGSEGV)
			process_kill(t->process, SIGSEGV); /* or for ever */
		return;
	}
	thread_reset_fpu();
	f->rdi = (uint64_t)info->signal;
	f->rsi = at + offsetof(struct signal_frame, info);
	f->rdx = at + offsetof(struct signal_frame, flags);
	f->rax = 0;
	f->rsp = at;
	f->rip = action->handler;
	f->rflags &= ~(FLAG_DF | FLAG_TF);
}

/* The FPU's state as the program left it at `from`; reserved bits of MXCSR
 * would fault here. */
static int
restore_fpu(struct thread *t, vaddr_t from)
{
	uint32_t mxcsr, mask;
	int err;

	if (!from) {
		thread_reset_fpu();
		return 0;
	}
	cpu_save_fpu(t->fpu);
	memcpy(&mask, &t->fpu[MXCSR_MASK], sizeof(mask));
	err = user_get(t->process->space, t->fpu, from, FPU_SIZE);
	memcpy(&mxcsr, &t->fpu[MXCSR], sizeof(mxcsr));
	mxcsr &= mask ? mask : 0xffbf;
	memcpy(&t->fpu[MXCSR], &mxcsr, sizeof(mxcsr));
	cpu_load_fpu(t->fpu);
	return err;
}

long
sys_rt_sigreturn(void)
{
	struct thread *t = thread_current();
	struct trap_frame *f = t->frame;
	struct signal_frame frame;
	int err =
		user_get(t->process->space, &frame, f->rsp - 8, sizeof(frame));

	if (err == 0)
		err = restore_fpu(t, frame.context.fpu);
	if (err < 0 || frame.context.rip >= USER_END) {
		bad_frame("bad signal frame", f->rsp - 8);
		return 0;
	}
	*f = restore_registers(&frame.context);
	t->attention = true;
	signal_block(frame.blocked);
	return (long)f->rax;
}

static int
set_stack(struct thread *t, vaddr_t from)
{
	struct signal_stack stack;
	int err = user_get(t->process->space, &stack, from, sizeof(stack));

	if (err < 0)
		return err;
	if (on_signal_stack(t, t->frame->rsp))
		return -EPERM;
	if (stack.flags & ~(SS_DISABLE | SS_ONSTACK))
		return -EINVAL;
	if (stack.flags & SS_DISABLE)
		stack = (struct signal_stack){.flags = SS_DISABLE};
	else if (stack.size < SIGNAL_STACK_MIN)
		return -ENOMEM;
	t->stack_for_signals = stack;
	return 0;
}

long
sys_sigaltstack(vaddr_t new, vaddr_t old)
{
	struct thread *t = thread_current();
	struct signal_stack was = t->stack_for_signals;
	int err = 0;

	was.flags = !was.size				? SS_DISABLE
		    : on_signal_stack(t, t->frame->rsp) ? SS_ONSTACK
							: 0;
	if (new)
		err = set_stack(t, new);
	if (err == 0 && old)
		err = user_put(t->process->space, old, &was, sizeof(was));
	return err;
}
