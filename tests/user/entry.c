/*
 * Into the kernel and out of it, with all that a program can bring along: flags,
 * segments, traps held back, return addresses that are none. The program gets
 * what Linux gives; the kernel notices nothing.
 *
 * Emulators differ here, which is why this runs in two: QEMU has no alignment
 * check and no `icebp`.
 */
#include <ucontext.h>

#include "process.h"

#define USER_END 0x7ffffffff000ul

enum {
	CF = 1 << 0,
	TF = 1 << 8,
	IF = 1 << 9,
	DF = 1 << 10,
	OF = 1 << 11,
	IOPL = 3 << 12,
	NT = 1 << 14,
	AC = 1 << 18,
	ID = 1 << 21,
	ARITHMETIC = 0xd5, /* CF PF AF ZF SF */
	GETPID = 39,
	STEPS = 64,
};

/* Sets flags, calls getpid or reads a page that is not there yet, and clears
 * the flags. => flags after it */
long flags_over_call(long flags);
long flags_over_fault(long flags, const volatile char *page);
/* The same while *word is as it was: until another process has run. */
long flags_over_switch(long flags, const volatile int *word, int was);
/* => whether syscall left RCX and R11 as documented */
long call_registers(void);
/* Sets TF; nop, getpid, nop; clears TF. => the pid */
long step_call(void);
extern char step_1[], step_2[], step_3[], step_4[], step_5[], step_6[];
/* mov ss, [rdi] with TF set, then getpid. => the pid */
long step_stack_call(const short *ss);
/* Runs f with TF set. */
void step(void (*f)(void));

__asm__(".text\n"
	"flags_over_call: push %rdi; popfq; mov $39, %eax; syscall\n"
	"flags: pushfq; pop %rax; push $2; popfq; ret\n"
	"flags_over_fault: push %rdi; popfq; movb (%rsi), %cl; jmp flags\n"
	"flags_over_switch: push %rdi; popfq\n"
	"1:	cmp (%rsi), %edx; je 1b; jmp flags\n"
	"call_registers: push %rdi; mov $39, %eax; stc; pushfq; pop %rdx\n"
	"	syscall\n"
	"1:	lea 1b(%rip), %rax; sub %rcx, %rax; sub %r11, %rdx\n"
	"	or %rdx, %rax; setz %al; movzbl %al, %eax; pop %rdi; ret\n"
	"set_tf: pushfq; orq $0x100, (%rsp); popfq; ret\n"
	"step_call: pushfq; orq $0x100, (%rsp); popfq; nop\n"
	"step_1: mov $39, %eax\n"
	"step_2: syscall; nop\n"
	"step_3: pushfq\n"
	"step_4: andq $~0x100, (%rsp)\n"
	"step_5: popfq\n"
	"step_6: ret\n"
	"step_stack_call: pushfq; orq $0x100, (%rsp); mov $39, %eax; popfq\n"
	"	mov (%rdi), %ss; syscall\n"
	"clear_tf: pushfq; andq $~0x100, (%rsp); popfq; ret\n"
	"step: push %rbx; mov %rdi, %rbx; call set_tf; call *%rbx\n"
	"	call clear_tf; pop %rbx; ret\n");

static volatile int steps;
static volatile uintptr_t step_at[STEPS];
static volatile int step_code;

static void
on_step(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *c = context;

	(void)signal;
	if (steps < STEPS)
		step_at[steps] = (uintptr_t)c->uc_mcontext.gregs[REG_RIP];
	step_code = info->si_code;
	steps++;
}

static void
count_steps(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	action.sa_sigaction = on_step;
	need(sigaction(SIGTRAP, &action, NULL) == 0, "sigaction");
	steps = 0;
}

static int
is_tcg(void)
{
	unsigned a = 0x40000000, b, c, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return b == 0x54474354; /* "TCGT" */
}

/* ---- Flags ---------------------------------------------------------------- */

static void
test_flags(void)
{
	static const int flags[] = {ARITHMETIC, DF, OF, NT, AC, ID};
	volatile int *word = shared_pages(1);

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const volatile char *page = shared_pages(1);
		long want = flags[i] | IF | 2;
		const int was = *word;
		pid_t pid;

		is(flags_over_call(flags[i]), want,
		   "flags %x live through a system call", flags[i]);
		is(flags_over_fault(flags[i], page), want,
		   "and through a page fault");
		pid = fork();
		need(pid >= 0, "fork");
		if (pid == 0) {
			++*word;
			_exit(0);
		}
		is(flags_over_switch(flags[i] & (NT | AC | DF | ID), word,
				     was) &
			   (NT | AC | DF | ID),
		   flags[i] & (NT | AC | DF | ID),
		   "and while another process runs");
		finish(pid);
	}
	is(flags_over_call(IOPL) & (IOPL | IF), IF,
	   "IOPL is not for a program to set");
	ok(call_registers(), "RCX and R11 are the return address and flags");
}

static int
clear_interrupts(void *unused)
{
	(void)unused;
	__asm__ volatile("push %0; popfq; cli" : : "r"((long)IOPL) : "cc");
	return 0;
}

static int
misaligned(void *unused)
{
	static char bytes[16];

	(void)unused;
	__asm__ volatile("pushfq; orl %1, (%%rsp); popfq; movl $1, 1(%0);"
			 "pushfq; andl %2, (%%rsp); popfq"
			 :
			 : "r"(bytes), "i"(AC), "i"(~AC)
			 : "memory", "cc");
	return 0;
}

/* ---- Traps held back, steps ------------------------------------------------ */

static void
test_steps(void)
{
	char *const where[] = {step_1, step_2, step_3, step_4, step_5, step_6};
	pid_t pid = getpid();

	count_steps();
	is(step_call(), pid, "a system call under the trap flag works");
	is(steps, 6, "the trap flag stops after each instruction");
	for (int i = 0; i < 6; i++)
		is(step_at[i], (uintptr_t)where[i], "step %d", i + 1);
	is(step_code, TRAP_TRACE, "SIGTRAP says that it is a step");
}

static volatile int results;

static void
much(void)
{
	volatile char *page = shared_pages(1);
	pid_t pid = getpid();

	for (int i = 0; i < 50; i++)
		results += getppid() > 0 && getpid() == pid;
	*page = 1;
	results += *page;
}

static short
stack_segment(void)
{
	short ss;

	__asm__("mov %%ss, %0" : "=r"(ss));
	return ss;
}

static void
test_stack_segment(void)
{
	short ss = stack_segment();

	count_steps();
	is(step_stack_call(&ss), getpid(), "mov ss, then syscall, stepping");
	ok(steps > 0, "that did step");
	steps = 0;
	__asm__ volatile("mov %0, %%ss; int3" : : "m"(ss) : "memory");
	is(steps, 1, "mov ss, then a breakpoint");
	count_steps();
	step(much);
	is(results, 51, "system calls and faults under the trap flag");
	ok(steps > 500, "step by step: %d", steps);
}

static int
step_call_unprepared(void *unused)
{
	(void)unused;
	return step_call() == getpid() ? 0 : 1;
}

/* ---- Instructions ------------------------------------------------------------ */

#define INSTRUCTION(name, ...)                                \
	static int name(void *unused)                         \
	{                                                     \
		(void)unused;                                 \
		__asm__ volatile(__VA_ARGS__ : : : "memory"); \
		return 0;                                     \
	}

INSTRUCTION(int_1, "int $1")
INSTRUCTION(int_2, "int $2")
INSTRUCTION(int_3, "int3")
INSTRUCTION(int_4, "int $4")
INSTRUCTION(int_8, "int $8")
INSTRUCTION(int_14, "int $14")
INSTRUCTION(int_18, "int $18")
INSTRUCTION(int_timer, "int $32")
INSTRUCTION(icebp, ".byte 0xf1")
INSTRUCTION(into, ".byte 0xce")
INSTRUCTION(read_dr7, "mov %%dr7, %%rax")
INSTRUCTION(write_dr0, "mov %%rsp, %%dr0")
INSTRUCTION(write_dr7, "mov $0x401, %%eax; mov %%rax, %%dr7")
INSTRUCTION(swap_gs, "swapgs")
INSTRUCTION(sys_return, "pushfq; pop %%r11; lea 1f(%%rip), %%rcx; sysretq; 1:")
INSTRUCTION(far_kernel, "push $0x10; lea 1f(%%rip), %%rax; push %%rax;"
			"lretq; 1:")
INSTRUCTION(far_tss, "push $0x38; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:")
INSTRUCTION(iret_kernel, "mov %%rsp, %%rax; push $0x18; push %%rax; pushfq;"
			 "push $0x10; lea 1f(%%rip), %%rax; push %%rax;"
			 "iretq; 1:")
INSTRUCTION(null_stack, "xor %%eax, %%eax; mov %%eax, %%ss")
INSTRUCTION(kernel_stack, "mov $0x18, %%eax; mov %%eax, %%ss; push %%rax")
INSTRUCTION(vsyscall, "mov $0xffffffffff600000, %%rax; jmp *%%rax")
INSTRUCTION(beyond, "mov $0x800000000000, %%rax; jmp *%%rax")
INSTRUCTION(nowhere, "mov $0x8000000000000000, %%rax; push %%rax; ret")
INSTRUCTION(in_kernel, "mov $0xffffffff80100000, %%rax; jmp *%%rax")

static void
test_instructions(void)
{
	const struct {
		const char *name;
		int (*f)(void *);
		int signal;
	} cases[] = {
		{"int 1", int_1, SIGSEGV},
		{"int 2", int_2, SIGSEGV},
		{"int3", int_3, SIGTRAP},
		{"int 4", int_4, SIGSEGV},
		{"int 8", int_8, SIGSEGV},
		{"int 14", int_14, SIGSEGV},
		{"int 18", int_18, SIGSEGV},
		{"int 32, the timer's", int_timer, SIGSEGV},
		{"icebp", icebp, is_tcg() ? SIGILL : SIGTRAP},
		{"into", into, SIGILL},
		{"reading DR7", read_dr7, SIGSEGV},
		{"writing DR0", write_dr0, SIGSEGV},
		{"writing DR7", write_dr7, SIGSEGV},
		{"swapgs", swap_gs, SIGSEGV},
		{"sysret", sys_return, SIGSEGV},
		{"far return to the kernel's code", far_kernel, SIGSEGV},
		{"far return to the TSS", far_tss, SIGSEGV},
		{"iret to the kernel's code", iret_kernel, SIGSEGV},
		{"the null segment as stack", null_stack, SIGSEGV},
		{"the kernel's stack segment", kernel_stack, SIGSEGV},
		{"a jump where Linux has vsyscall", vsyscall, SIGSEGV},
		{"a jump to the first address that is none", beyond, SIGSEGV},
		{"a return to no address", nowhere, SIGSEGV},
		{"a jump into the kernel", in_kernel, SIGSEGV},
		{"cli after an attempt at IOPL", clear_interrupts, SIGSEGV},
		{"the trap flag over syscall", step_call_unprepared, SIGTRAP},
	};

	signal(SIGTRAP, SIG_DFL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(ending(run(cases[i].f, NULL)), 1000 + cases[i].signal,
		   "%s: signal %d", cases[i].name, cases[i].signal);
	is(ending(run(misaligned, NULL)), is_tcg() ? 0 : 1000 + SIGBUS,
	   "a misaligned access with AC set");
}

/* GS is a program's to load; the kernel's is another. */
static int
load_gs(void *unused)
{
	static volatile char page[4096];
	pid_t pid = getpid();
	short gs = 0x2b;

	(void)unused;
	for (int i = 0; i < 100; i++) {
		__asm__ volatile("mov %0, %%gs" : : "r"(gs));
		page[i]++;
		if (getpid() != pid)
			return 1;
		gs = (short)(gs ? 0 : 0x2b);
	}
	return 0;
}

/* ---- The end of user memory --------------------------------------------------- */

static void
on_end(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *c = context;

	(void)signal;
	_exit((uintptr_t)info->si_addr == USER_END &&
			      (uintptr_t)c->uc_mcontext.gregs[REG_RIP] ==
				      USER_END
		      ? 42
		      : 1);
}

/* A system call in the last two bytes that a program can have: it returns to
 * where nothing is, which must be a fault of the program. */
static int
call_at_the_end(void *unused)
{
	static char stack[16384];
	const stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
	char *page = (char *)(USER_END - 4096); /* of the stack */

	(void)unused;
	action.sa_sigaction = on_end;
	if (mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    sigaltstack(&other, NULL) || sigaction(SIGSEGV, &action, NULL))
		return 2;
	page[4094] = 0x0f; /* syscall */
	page[4095] = 0x05;
	__asm__ volatile("jmp *%0"
			 :
			 : "r"(page + 4094), "a"(GETPID)
			 : "rcx", "r11", "memory");
	return 3;
}

static void
test_end(void)
{
	const int rights = PROT_READ | PROT_WRITE | PROT_EXEC;
	const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;

	is(ending(run(call_at_the_end, NULL)), 42,
	   "syscall at the end of memory returns to a fault in ring 3");
	fails((long)mmap((void *)USER_END, 4096, rights, flags, -1, 0), ENOMEM,
	      "the last page before the hole is nobody's");
	fails((long)mmap((void *)(USER_END - 4096), 8192, rights, flags, -1, 0),
	      ENOMEM, "nor can a map reach into it");
	fails(mprotect((void *)USER_END, 4096, rights), ENOMEM,
	      "nor its rights be changed");
}

int
main(void)
{
	test_flags();
	test_steps();
	test_stack_segment();
	test_instructions();
	is(ending(run(load_gs, NULL)), 0, "a program loads GS as it likes");
	test_end();
	return done();
}
