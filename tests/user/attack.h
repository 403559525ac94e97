/*
 * What the attacks share: a program tries what it may not do, and looks at how
 * exactly it is refused. An attack uses nothing that only Quire has, so that
 * Linux can be asked what is right (tests/test_attack.py); it takes a number as
 * its argument: how often to do what is worth doing often.
 */
#pragma once

#include <setjmp.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <ucontext.h>

#include "process.h"

enum {
	ATTACK_PAGE = 4096,
	ATTACK_STACK = 64 * 1024,
};

/* How an attempt ended: by a signal, or (signal 0) not at all. */
struct refusal {
	int signal, code;
	uintptr_t addr;
	uintptr_t rip;
	long error; /* of the page fault */
	int vector;
};

static struct refusal refusal;
static sigjmp_buf attack_end;
static volatile int attacking;

static void
refused(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *c = context;

	refusal = (struct refusal){
		.signal = signal,
		.code = info->si_code,
		.addr = (uintptr_t)info->si_addr,
		.rip = (uintptr_t)c->uc_mcontext.gregs[REG_RIP],
		.error = (long)c->uc_mcontext.gregs[REG_ERR],
		.vector = (int)c->uc_mcontext.gregs[REG_TRAPNO],
	};
	if (!attacking) {
		diag("signal %d outside of any attempt, at %lx", signal,
		     refusal.rip);
		_exit(97);
	}
	siglongjmp(attack_end, 1);
}

/* From here on refusals come back to attempt(), whatever has become of the
 * stack. */
static inline void
attack_begin(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
	static char stack[ATTACK_STACK];
	const stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {0};

	action.sa_sigaction = refused;
	action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
	need(sigaltstack(&other, NULL) == 0, "sigaltstack");
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		need(sigaction(signals[i], &action, NULL) == 0, "sigaction");
}

static inline struct refusal
attempt(void (*attack)(void *), void *argument)
{
	refusal = (struct refusal){0};
	attacking = 1;
	if (sigsetjmp(attack_end, 0) == 0)
		attack(argument);
	attacking = 0;
	return refusal;
}

/* One claim: that is how it was refused. */
static inline int
is_refused(struct refusal got, int signal, int code, uintptr_t addr,
	   const char *claim)
{
	int fine = got.signal == signal && got.code == code && got.addr == addr;

	if (!ok(fine, "%s", claim))
		diag("signal %d code %d addr %lx, wanted %d %d %lx", got.signal,
		     got.code, got.addr, signal, code, addr);
	return fine;
}

/* A page for code that the program makes up. */
static inline unsigned char *
code_page(void)
{
	static unsigned char *page;

	if (page)
		return page;
	page = mmap(NULL, ATTACK_PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(page != MAP_FAILED, "a page to write and execute");
	return page;
}

/* Calls code with rax, rsi and rdi pointing to some memory of our own, rcx 1, rdx
 * 0. It may change any register but rsp. */
static inline void
call_code(void *code)
{
	static char memory[256] __attribute__((aligned(64)));
	register void *target __asm__("r8") = code;
	void *a = memory, *s = memory, *d = memory;
	long count = 1, zero = 0;

	/* Past the red zone, where the compiler may have put something. */
	__asm__ volatile("sub $128, %%rsp; push %%rbx; push %%rbp;"
			 "call *%%r8;"
			 "pop %%rbp; pop %%rbx; add $128, %%rsp; cld"
			 : "+r"(target), "+a"(a), "+S"(s), "+D"(d), "+c"(count),
			   "+d"(zero)
			 :
			 : "r9", "r10", "r11", "r12", "r13", "r14", "r15",
			   "memory", "cc");
}

/* Addresses of the kernel's half, but for small negative numbers. */
static inline int
is_kernel_address(unsigned long word)
{
	return word >= 0xffff800000000000ul && word < -4096ul;
}

static inline int
kernel_addresses(const char *p, size_t length)
{
	int count = 0;

	for (size_t i = 0; i + 8 <= length; i += 8) {
		unsigned long word;

		memcpy(&word, p + i, 8);
		count += is_kernel_address(word);
	}
	return count;
}

static inline int
on_quire(void)
{
	struct utsname name;

	return uname(&name) == 0 && strcmp(name.sysname, "Quire") == 0;
}

/* How often: what the caller of the program says, or this. */
static inline long
rounds(int argc, char *argv[], long quick)
{
	return argc > 1 ? atol(argv[1]) : quick;
}
