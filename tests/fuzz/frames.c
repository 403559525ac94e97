/*
 * Signal frames, changed at random before the program returns by them: what
 * sigreturn is given is the program's allegation. It goes on with the rights of
 * a program, or dies.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

enum {
	FRAME = 432, /* bytes of ucontext_t and siginfo_t, as the kernel has it */
	FPU = 512,
	USER_CS = 0x33,
	USER_SS = 0x2b,
	/* IOPL NT VM VIF VIP ID: not a program's to set. */
	FORBIDDEN = 0x3a7000,
	RFLAGS_IF = 0x200,
	LANDED_MAX = 200, /* frames of one child */
};

/* What the program finds when it goes on: landing, below. */
struct landing {
	uint64_t flags, cs, ss;
};

struct shared {
	volatile long frames, landed;
	volatile int wrong;
	struct landing landing;
};

static struct shared *shared;
static struct random r;
static char *edge; /* two pages: the second is not there */

void interrupt(struct landing *l, long pid, long signal);

/* Sends itself a signal. Registers may be anything when it goes on, and the
 * instruction too: whatever *l then says about flags is what they were. */
__asm__(".globl interrupt\n"
	"interrupt:\n"
	"	push %rbx; push %rbp; push %r12; push %r13; push %r14;"
	"	push %r15; push %rdi\n"
	"	mov %rsp, saved_rsp\n"
	"	mov %rsi, %rdi; mov %rdx, %rsi; mov $62, %eax\n"
	"	syscall\n"
	"	mov saved_rsp, %rsp\n"
	"	pop %rdi\n"
	"	pushfq\n"
	"	pop (%rdi)\n"
	"	cld\n"
	"	mov %cs, 8(%rdi)\n"
	"	mov %ss, 16(%rdi)\n"
	"	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"	ret\n"
	".section .bss\n"
	"saved_rsp: .quad 0\n"
	".text\n");

static const uint64_t odd[] = {
	0,
	1,
	8,
	0x1000,
	(uint64_t)-1,
	(uint64_t)-8,
	(uint64_t)-440,
	0x7fffffffefff,
	0x7ffffffff000,
	0x7fffffffffff,
	0x800000000000,
	0x8000000000000000,
	0xffff800000000000,
	0xffff7fffffffffff,
	0xffffffff80100000,
	0xffffc00000003f50,
};

static uint64_t
anything(void)
{
	switch (below(&r, 4)) {
	case 0:
		return draw(&r);
	case 1:
		return (uintptr_t)edge + PAGE - below(&r, 1024);
	default:
		return PICK(&r, odd) + (one_in(&r, 2) ? below(&r, 16) : 0);
	}
}

static void
flip_bits(void *at, size_t len)
{
	unsigned char *bytes = at;

	for (uint64_t n = 1 + below(&r, 8); n > 0; n--)
		bytes[below(&r, len)] ^= (unsigned char)(1 << below(&r, 8));
}

/* Where the FPU's state may be looked for. */
static void
change_fpu(mcontext_t *m)
{
	char *from = m->fpregs;

	switch (below(&r, 4)) {
	case 0:
		m->fpregs = (void *)anything();
		break;
	case 1:
		m->fpregs = edge + PAGE - FPU + below(&r, 16);
		break;
	case 2:
		m->fpregs = from + below(&r, 64);
		break;
	default:
		for (int i = 0; i < FPU; i++)
			from[i] = (char)draw(&r);
	}
}

/* Returns by a frame that lies elsewhere: at an odd address, or cut short by
 * the end of a page. */
static void
return_from_elsewhere(ucontext_t *c)
{
	char *at = edge + PAGE - FRAME - 320 + below(&r, 512);

	memcpy(edge, c, FRAME);
	memmove(at, edge,
		(size_t)(edge + PAGE - at) < FRAME ? (size_t)(edge + PAGE - at)
						   : FRAME);
	__asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall; ud2"
			 :
			 : "r"(one_in(&r, 4) ? anything() : (uintptr_t)at));
}

static void
change(ucontext_t *c)
{
	mcontext_t *m = &c->uc_mcontext;

	switch (below(&r, 10)) {
	case 0: /* anything but where it goes on */
		flip_bits(&m->gregs[REG_EFL], FRAME - 200);
		break;
	case 1:
		flip_bits(c, FRAME);
		break;
	case 2:
		m->gregs[below(&r, REG_RSP + 1)] = (greg_t)anything();
		break;
	case 3:
		m->gregs[below(&r, 23)] = (greg_t)anything();
		break;
	case 4:
		m->gregs[REG_EFL] = (greg_t)draw(&r);
		break;
	case 5:
		m->gregs[REG_CSGSFS] = (greg_t)draw(&r);
		m->gregs[REG_EFL] ^= 1 << below(&r, 22);
		break;
	case 6:
		flip_bits(m->fpregs, FPU);
		break;
	case 7:
		change_fpu(m);
		break;
	case 8:
		flip_bits(&c->uc_sigmask, sizeof(c->uc_sigmask));
		flip_bits(c, 40); /* flags, link, stack */
		break;
	default:
		return_from_elsewhere(c);
	}
}

static void
handler(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	shared->frames++;
	for (uint64_t n = one_in(&r, 4) ? 3 : 1; n > 0; n--)
		change(context);
}

/* The signal again, whatever the last frame blocked. */
static void
catch_signal(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};
	sigset_t none;

	action.sa_sigaction = handler;
	if (one_in(&r, 4))
		action.sa_flags |= SA_ONSTACK;
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
check(const struct landing *l)
{
	shared->landed++;
	if (!l->flags) /* it went on somewhere else: one of them is always 1 */
		return;
	if ((l->flags & FORBIDDEN) == 0 && l->flags & RFLAGS_IF &&
	    (l->cs & 0xffff) == USER_CS && (l->ss & 0xffff) == USER_SS)
		return;
	shared->landing = *l;
	shared->wrong = 1;
}

static void
child(uint64_t seed, uint64_t n)
{
	static char other[4 * PAGE];
	const stack_t stack = {.ss_sp = other, .ss_size = sizeof(other)};
	const struct itimerval soon = {{0, 0}, {0, 50000}};
	struct landing l;

	r = random_of(seed, n);
	setitimer(ITIMER_REAL, &soon, NULL);
	sigaltstack(&stack, NULL);
	for (int i = 0; i < LANDED_MAX; i++) {
		catch_signal();
		l = (struct landing){0, 0, 0};
		interrupt(&l, getpid(), SIGUSR1);
		check(&l);
	}
	_exit(0);
}

static long
run(uint64_t seed, long size)
{
	uint64_t n = 0;

	memset(shared, 0, sizeof(*shared));
	while (shared->frames < size && !shared->wrong) {
		pid_t pid = fork();

		if (pid == 0)
			child(seed, n);
		fuzz_wait(pid);
		n++;
	}
	if (shared->wrong)
		fuzz_found("a program goes on with flags %lx, cs %lx, ss %lx",
			   shared->landing.flags, shared->landing.cs,
			   shared->landing.ss);
	fuzz_remark("%lu programs, of which %ld times one went on", n,
		    shared->landed);
	return shared->frames;
}

int
main(int argc, char *argv[])
{
	static const struct fuzzer f = {"frames", run, NULL};

	shared = fuzz_shared(1);
	edge = fuzz_shared(2);
	munmap(edge + PAGE, PAGE);
	return fuzz(&f, argc, argv);
}
