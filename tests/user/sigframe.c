/*
 * Signal frames: what a handler finds there, and what a program can put there.
 * Whatever sigreturn is given, the program goes on with rights of its own or
 * dies; the kernel does not notice.
 */
#include <sys/ucontext.h>

#include "process.h"

enum {
	RFLAGS_IF = 1 << 9,
	RFLAGS_DF = 1 << 10,
	RFLAGS_IOPL = 3 << 12,
	RFLAGS_NT = 1 << 14,
	SELECTORS = 0x2b00000033, /* ss, fs, gs, cs: 0x33 and 0x2b */
};

static void (*forge)(ucontext_t *);

static void
handler(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	forge(context);
}

static void catch (int signal, int flags)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO | flags};

	action.sa_sigaction = handler;
	need(sigaction(signal, &action, NULL) == 0, "sigaction");
}

/* A child whose handler changes the frame that it returns by. */
static int
returns(void *argument)
{
	forge = (void (*)(ucontext_t *))argument;
	catch (SIGUSR1, 0);
	raise(SIGUSR1);
	return 7;
}

static int
forged(void (*how)(ucontext_t *))
{
	return ending(run(returns, (void *)how));
}

static void
nothing(ucontext_t *c)
{
	(void)c;
}

static void
kernel_rip(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)0xffffffff80100000;
}

static void
wild_rip(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)0x8000000000000000;
}

static void
last_rip(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)0x800000000000;
}

static void
wild_rsp(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RSP] = (greg_t)0x9000000000000000;
}

/* Ring 0 in the selectors, all flags set. */
static void
privileges(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_CSGSFS] = 0x10 | 0x18l << 48;
	c->uc_mcontext.gregs[REG_EFL] |= RFLAGS_IOPL | RFLAGS_NT;
	c->uc_mcontext.gregs[REG_EFL] &= ~RFLAGS_IF;
}

static void
wild_mxcsr(ucontext_t *c)
{
	memset((char *)c->uc_mcontext.fpregs + 24, 0xff, 4);
}

/* The bits that this CPU has: SDM 1 11.6.6. */
static unsigned
mxcsr_mask(void)
{
	static struct {
		char before[28];
		unsigned mask;
		char behind[480];
	} area __attribute__((aligned(16)));

	__asm__ volatile("fxsave %0" : "=m"(area));
	return area.mask ? area.mask : 0xffbf;
}

static void
wild_fpu(ucontext_t *c)
{
	memset(c->uc_mcontext.fpregs, 0xff, 512);
}

static void
no_fpu(ucontext_t *c)
{
	c->uc_mcontext.fpregs = NULL;
}

static void
kernel_fpu(ucontext_t *c)
{
	c->uc_mcontext.fpregs = (void *)0xffff800000000000;
}

static void
odd_fpu(ucontext_t *c)
{
	memmove((char *)c->uc_mcontext.fpregs + 1, c->uc_mcontext.fpregs, 512);
	c->uc_mcontext.fpregs = (char *)c->uc_mcontext.fpregs + 1;
}

static void
all_blocked(ucontext_t *c)
{
	memset(&c->uc_sigmask, 0xff, 8);
}

/* No frame at all where sigreturn looks for one. */
static int
lone_sigreturn(void *argument)
{
	__asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall; ud2"
			 :
			 : "r"(argument));
	return 0;
}

static int
privileged(void *argument)
{
	forge = (void (*)(ucontext_t *))argument;
	catch (SIGUSR1, 0);
	raise(SIGUSR1);
	__asm__ volatile("cli");
	return 0;
}

static int
unkillable(void *argument)
{
	(void)argument;
	forge = all_blocked;
	catch (SIGUSR1, 0);
	raise(SIGUSR1);
	while (getppid() > 1)
		sched_yield();
	return 0;
}

/* A stack for the handler that is no memory. */
static int
no_stack(void *argument)
{
	(void)argument;
	forge = nothing;
	catch (SIGUSR1, 0);
	__asm__ volatile("mov $0x1000, %%esp; mov %0, %%edi; mov %1, %%esi;"
			 "mov $62, %%eax; syscall; ud2"
			 :
			 : "r"(getpid()), "i"(SIGUSR1)
			 : "rdi", "rsi", "rax");
	return 0;
}

/* A handler in the kernel, or nowhere. */
static int
wild_handler(void *argument)
{
	struct sigaction action = {0};

	action.sa_handler = (void (*)(int))argument;
	need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
	raise(SIGUSR1);
	return 0;
}

static volatile int seen_flags;

static void
look_at_flags(ucontext_t *c)
{
	unsigned long flags;

	(void)c;
	__asm__ volatile("pushfq; pop %0" : "=r"(flags));
	seen_flags = (int)flags;
}

static void
direction(void)
{
	unsigned long flags;

	forge = look_at_flags;
	catch (SIGUSR2, 0);
	__asm__ volatile("std; mov %1, %%edi; mov %2, %%esi; mov $62, %%eax;"
			 "syscall; pushfq; pop %0; cld"
			 : "=r"(flags)
			 : "r"(getpid()), "i"(SIGUSR2)
			 : "rdi", "rsi", "rax", "rcx", "r11", "memory");
	ok(!(seen_flags & RFLAGS_DF), "a handler starts with DF clear");
	ok(flags & RFLAGS_DF, "and what it interrupted has it back");
}

int
main(void)
{
	unsigned mxcsr;

	is(forged(nothing), 7, "an untouched frame: the program goes on");
	is(forged(kernel_rip), 1000 + SIGSEGV, "rip in the kernel");
	is(forged(wild_rip), 1000 + SIGSEGV, "a non-canonical rip");
	is(forged(last_rip), 1000 + SIGSEGV, "rip where user memory ends");
	is(forged(wild_rsp) >= 1000, 1, "a non-canonical rsp");
	is(forged(privileges), 7, "selectors of ring 0, IOPL 3: ignored");
	is(ending(run(privileged, (void *)privileges)), 1000 + SIGSEGV,
	   "cli is still forbidden then");
	is(forged(wild_mxcsr), 7, "reserved bits of MXCSR");
	forge = wild_mxcsr;
	catch (SIGUSR1, 0);
	raise(SIGUSR1);
	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	is(mxcsr & ~mxcsr_mask(), 0, "do not come back");
	is(forged(wild_fpu), 7, "FPU state of ones");
	is(forged(no_fpu), 7, "no FPU state");
	is(forged(kernel_fpu), 1000 + SIGSEGV, "FPU state in the kernel");
	is(forged(odd_fpu), 7, "FPU state at an odd address");
	is(ending(run(lone_sigreturn, (void *)0x1000)), 1000 + SIGSEGV,
	   "sigreturn from no memory");
	is(ending(run(lone_sigreturn, (void *)0xffff800000000008)),
	   1000 + SIGSEGV, "sigreturn from the kernel's memory");
	is(ending(run(lone_sigreturn, (void *)(8ul - 64))), 1000 + SIGSEGV,
	   "sigreturn from the end of all addresses");
	is(ending(run(no_stack, NULL)), 1000 + SIGSEGV,
	   "no room on the stack for a frame");
	is(ending(run(wild_handler, (void *)0xffffffff80100000)),
	   1000 + SIGSEGV, "a handler in the kernel");
	is(ending(run(wild_handler, (void *)0x8000000000000000)),
	   1000 + SIGSEGV, "a handler nowhere");
	direction();

	pid_t pid = start(unkillable, NULL);

	sleep_ms(30);
	kill(pid, SIGTERM);
	sleep_ms(30);
	is(kill(pid, 0), 0, "a frame that blocks all signals: SIGTERM waits");
	kill(pid, SIGKILL);
	is(ending(finish(pid)), 1000 + SIGKILL, "SIGKILL does not");
	return done();
}
