/*
 * Forged signal frames, beyond sigframe.c: each flag, each word of the frame, FPU
 * state from everywhere, handlers, restorers and stacks in the kernel. A frame
 * gives a program nothing but its own registers.
 */
#include "attack.h"

#define KERNEL	0xffff800000000000ul
#define NOWHERE 0x8000000000000000ul

enum {
	FLAG_TF = 1 << 8,
	/* CF PF AF ZF SF TF DF OF RF AC: those that a program may choose. */
	OWN_FLAGS = 0x50dd5,
	FIXED = 0x202, /* interrupts on, and a bit that is always 1 */
	FX_SIZE = 512,
	RESERVED = 464,	 /* in there, for software */
	WORDS = 304 / 8, /* of ucontext_t that the kernel reads */
	RETURNED = 7,
};

typedef void forgery(ucontext_t *);

static forgery *forge;
static int quire;

static void
handler(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	forge(context);
}

static void
catch_with(int flags)
{
	struct sigaction action = {0};

	action.sa_flags = SA_SIGINFO | flags;
	action.sa_sigaction = handler;
	need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
}

static char *
fpu_of(const ucontext_t *c)
{
	return (char *)(uintptr_t)c->uc_mcontext.fpregs;
}

static void
set_fpu(ucontext_t *c, uintptr_t at)
{
	memcpy(&c->uc_mcontext.fpregs, &at, sizeof(at));
}

/* Where forged frames lead: keeps the flags, and gives up. */
__asm__(".text; landing: pushfq; pop landing_flags(%rip);"
	"push $2; popfq; jmp landed");
extern char landing[];
unsigned long landing_flags;
void landed(void);
static jmp_buf landed_end;

void
landed(void)
{
	longjmp(landed_end, 1);
}

static int flag_bit;

static void
forge_flag(ucontext_t *c)
{
	greg_t *r = c->uc_mcontext.gregs;

	r[REG_RIP] = (greg_t)(uintptr_t)landing;
	r[REG_EFL] = (greg_t)(1ul << flag_bit);
	r[REG_RSP] &= ~15l;
	r[REG_RSP] -= 1024 + 8;
}

static void
return_to_landing(void *unused)
{
	(void)unused;
	if (setjmp(landed_end) == 0)
		raise(SIGUSR1);
}

/* A frame with one flag set, and no other. => whether the program got that flag
 * if it may have it, and nothing else */
static int
flag_is_safe(int bit)
{
	unsigned long wanted = FIXED | ((1ul << bit) & OWN_FLAGS);
	struct refusal r;

	flag_bit = bit;
	landing_flags = 0;
	r = attempt(return_to_landing, NULL);
	if (1ul << bit == FLAG_TF)
		return r.signal == SIGTRAP && r.code == TRAP_TRACE;
	/* RF is gone after an instruction, ID (21) may have been set before. */
	wanted &= ~(1ul << 16);
	return !r.signal && (landing_flags & ~(1ul << 21)) == wanted;
}

static void
flags(void)
{
	int unsafe = 0;

	forge = forge_flag;
	catch_with(SA_NODEFER);
	for (int bit = 0; bit < 64; bit++) {
		if (flag_is_safe(bit))
			continue;
		diag("bit %d: flags %lx, signal %d code %d", bit, landing_flags,
		     refusal.signal, refusal.code);
		unsafe++;
	}
	is(unsafe, 0, "a frame sets the program's own flags and no others");
}

static void
forge_rip(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)KERNEL;
}

static void
forge_wild_rip(ucontext_t *c)
{
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)NOWHERE;
}

static void
forge_fpu_kernel(ucontext_t *c)
{
	set_fpu(c, KERNEL);
}

static void
forge_fpu_nowhere(ucontext_t *c)
{
	set_fpu(c, NOWHERE);
}

static void
forge_fpu_null_page(ucontext_t *c)
{
	set_fpu(c, 64);
}

static void
forge_fpu_end(ucontext_t *c)
{
	set_fpu(c, 0x7ffffffff000 - 64);
}

/* The first half is there, the second is not. */
static void
forge_fpu_half(ucontext_t *c)
{
	char *pages = mmap(NULL, 2 * ATTACK_PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = pages + ATTACK_PAGE - FX_SIZE / 2;

	need(pages != MAP_FAILED, "mmap");
	need(munmap(pages + ATTACK_PAGE, ATTACK_PAGE) == 0, "munmap");
	memcpy(at, fpu_of(c), FX_SIZE / 2);
	set_fpu(c, (uintptr_t)at);
}

/* What Linux keeps there says how much state follows: more than there is. */
static void
forge_extended_size(ucontext_t *c)
{
	memset(fpu_of(c) + RESERVED + 4, 0xff, 16);
}

static void
forge_magic(ucontext_t *c)
{
	memset(fpu_of(c) + RESERVED, 0x5a, 48);
}

static void
forge_mxcsr(ucontext_t *c)
{
	memset(fpu_of(c) + 24, 0xff, 8);
}

static int
forged(void *how)
{
	forge = (forgery *)how;
	catch_with(0);
	raise(SIGUSR1);
	return RETURNED;
}

static void
one(forgery *how, int wanted, const char *claim)
{
	is(ending(run(forged, (void *)how)), wanted, "%s", claim);
}

/* A frame of which one word has been overwritten. */
static int word;
static unsigned long value;

static void
forge_word(ucontext_t *c)
{
	memcpy((char *)c + 8 * word, &value, sizeof(value));
}

static void
forge_fpu_word(ucontext_t *c)
{
	memcpy(fpu_of(c) + 8 * word, &value, sizeof(value));
}

/* => whether the child went on or died, as programs die */
static int
survives(forgery *how)
{
	int end = ending(run(forged, (void *)how));

	if (end == RETURNED || end == 1000 + SIGSEGV || end == 1000 + SIGBUS ||
	    end == 1000 + SIGILL || end == 1000 + SIGTRAP ||
	    end == 1000 + SIGFPE)
		return 1;
	diag("word %d %lx: %d", word, value, end);
	return 0;
}

static void
words(long values)
{
	static const unsigned long bad[] = {
		KERNEL,		  ~0ul, NOWHERE, 0, 0xffffffff80000000ul,
		0x7ffffffff000ul, 1};
	int fine = 1;

	for (long i = 0; i < values && i < 7; i++) {
		value = bad[i];
		/* The first ones lie about what the frame is. */
		for (word = 0; word < WORDS; word++)
			fine &= survives(forge_word);
		for (word = 0; word < FX_SIZE / 8; word++)
			fine &= survives(forge_fpu_word);
	}
	ok(fine, "any word of a frame can be overwritten with any value");
}

/* A restorer in the kernel: that is where the handler returns to. */
static void
nothing(ucontext_t *c)
{
	(void)c;
}

struct kernel_action {
	uintptr_t handler;
	unsigned long flags;
	uintptr_t restorer;
	unsigned long mask;
};

static int
return_to_kernel(void *unused)
{
	struct kernel_action action;

	(void)unused;
	forge = nothing;
	catch_with(0);
	need(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &action, 8) == 0,
	     "rt_sigaction");
	action.restorer = KERNEL;
	need(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 8) == 0,
	     "rt_sigaction");
	raise(SIGUSR1);
	return RETURNED;
}

static int
use_stack(uintptr_t start, size_t size)
{
	stack_t stack = {.ss_size = size};

	memcpy(&stack.ss_sp, &start, sizeof(start));
	forge = nothing;
	catch_with(SA_ONSTACK);
	if (sigaltstack(&stack, NULL) < 0)
		return 90;
	raise(SIGUSR1);
	return RETURNED;
}

static int
stack_in_kernel(void *unused)
{
	(void)unused;
	return use_stack(KERNEL, 1 << 20);
}

static int
stack_nowhere(void *unused)
{
	(void)unused;
	return use_stack(NOWHERE, 1 << 20);
}

static int
stack_that_wraps(void *unused)
{
	(void)unused;
	return use_stack(-65536ul, 2 * 65536);
}

static int
stack_at_the_end(void *unused)
{
	(void)unused;
	return use_stack(KERNEL - 65536, 65536 + 16);
}

/* Registers all wrong, and back to the instruction after: they are the forged
 * ones, rcx and r11 too, which a system call could not return. */
__asm__(".text; keep_registers: movq %rcx, kept(%rip);"
	"movq %r11, kept+8(%rip); movq %rax, kept+16(%rip);"
	"movq %r15, kept+24(%rip); jmp landed");
extern char keep_registers[];
unsigned long kept[4];

static void
forge_registers(ucontext_t *c)
{
	greg_t *r = c->uc_mcontext.gregs;

	r[REG_RCX] = 0x1111;
	r[REG_R11] = 0x2222;
	r[REG_RAX] = -512; /* as if a call were to be started again */
	r[REG_R15] = (greg_t)KERNEL;
	r[REG_RSP] &= ~15l;
	r[REG_RSP] -= 1024 + 8;
	r[REG_RIP] = (greg_t)(uintptr_t)keep_registers;
}

static void
registers(void)
{
	forge = forge_registers;
	catch_with(SA_NODEFER);
	is(attempt(return_to_landing, NULL).signal, 0, "forged registers");
	is(kept[0], 0x1111, "rcx");
	is(kept[1], 0x2222, "r11");
	is(kept[2], -512, "rax that looks like a call to be started again");
	is(kept[3], KERNEL, "r15");
}

int
main(int argc, char *argv[])
{
	quire = on_quire();
	/* Without a handler for SIGSEGV, which children would inherit. */
	one(nothing, RETURNED, "an untouched frame");
	one(forge_rip, 1000 + SIGSEGV, "rip in the kernel");
	one(forge_wild_rip, 1000 + SIGSEGV, "rip nowhere");
	one(forge_fpu_kernel, 1000 + SIGSEGV, "FPU state in the kernel");
	one(forge_fpu_nowhere, 1000 + SIGSEGV, "FPU state nowhere");
	one(forge_fpu_null_page, 1000 + SIGSEGV, "FPU state at 64");
	one(forge_fpu_end, 1000 + SIGSEGV, "FPU state across the end");
	one(forge_fpu_half, 1000 + SIGSEGV, "FPU state half unmapped");
	one(forge_extended_size, RETURNED, "sizes of extended state");
	one(forge_magic, RETURNED, "another magic number");
	one(forge_mxcsr, quire ? RETURNED : 1000 + SIGSEGV,
	    "reserved bits of MXCSR");
	is(ending(run(return_to_kernel, NULL)), 1000 + SIGSEGV,
	   "a restorer in the kernel");
	is(ending(run(stack_in_kernel, NULL)), 1000 + SIGSEGV,
	   "a signal stack in the kernel");
	is(ending(run(stack_nowhere, NULL)), 1000 + SIGSEGV,
	   "a signal stack nowhere");
	is(ending(run(stack_that_wraps, NULL)), 1000 + SIGSEGV,
	   "a signal stack that wraps");
	is(ending(run(stack_at_the_end, NULL)), 1000 + SIGSEGV,
	   "a signal stack that ends in the kernel");
	words(rounds(argc, argv, 1));
	attack_begin();
	flags();
	registers();
	return done();
}
