/* Programs that meet their own faults: SIGSEGV, SIGBUS, SIGFPE, SIGILL. */
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "case.h"

enum {
	RW = PROT_READ | PROT_WRITE,
	ANON = MAP_PRIVATE | MAP_ANONYMOUS,
};

static sigjmp_buf jump;
static volatile sig_atomic_t caught, code;
static char *volatile address;

static void
meet(int signal, siginfo_t *info, void *context)
{
	caught = signal;
	code = info->si_code;
	address = info->si_addr;
	(void)context;
	siglongjmp(jump, 1);
}

static void
meet_all(void)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};

	act.sa_sigaction = meet;
	need(sigaction(SIGSEGV, &act, NULL));
	need(sigaction(SIGBUS, &act, NULL));
	need(sigaction(SIGFPE, &act, NULL));
	need(sigaction(SIGILL, &act, NULL));
	need(sigaction(SIGTRAP, &act, NULL));
}

/* Writes there, and says what came of it. */
static void
poke(const char *what, char *p)
{
	if (sigsetjmp(jump, 1) == 0) {
		*(volatile char *)p = 1;
		printf("%s: written\n", what);
	} else {
		printf("%s: signal %d, code %d, at that address %d\n", what,
		       (int)caught, (int)code, address == p);
	}
}

static void
peek(const char *what, char *p)
{
	if (sigsetjmp(jump, 1) == 0)
		printf("%s: read %d\n", what, *(volatile char *)p);
	else
		printf("%s: signal %d, code %d, at that address %d\n", what,
		       (int)caught, (int)code, address == p);
}

static char *
map(size_t len, int prot)
{
	char *p = mmap(NULL, len, prot, ANON, -1, 0);

	need(p == MAP_FAILED ? -1 : 0);
	return p;
}

CASE(codes_of_bad_accesses)
{
	char *p = map(2 * PAGE, PROT_READ);

	meet_all();
	poke("null", NULL);
	peek("null", NULL);
	poke("read-only", p + 5);
	need(munmap(p + PAGE, PAGE));
	poke("unmapped", p + PAGE + 5);
	need(mprotect(p, PAGE, PROT_NONE));
	peek("inaccessible", p + 7);
	peek("text", (char *)(uintptr_t)peek);
	poke("text", (char *)(uintptr_t)peek);
	/* Of the kernel's half Linux says SEGV_MAPERR, whatever is there. */
	peek("kernel", (char *)0xffffffff80000000);
	poke("kernel", (char *)0xffff888000001000);
}

CASE(address_that_is_none)
{
	meet_all();
	if (sigsetjmp(jump, 1) == 0)
		*(volatile char *)0x8000000000000000 = 1;
	show(caught);
	show(code);
	show((long)address);
}

CASE(beyond_the_file)
{
	char *p;
	int fd;

	make_file("f", "x");
	fd = open("f", O_RDWR);
	p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	meet_all();
	poke("in the last page", p + 100);
	poke("beyond it", p + PAGE);
	peek("beyond it", p + PAGE + 1);
	need(ftruncate(fd, 0));
	peek("nothing left", p);
}

CASE(page_that_is_not_executable)
{
	char *p = map(PAGE, RW);
	void (*function)(void);

	*p = (char)0xc3;
	memcpy(&function, &p, sizeof(p));
	meet_all();
	if (sigsetjmp(jump, 1) == 0)
		function();
	show(caught);
	show(code);
	show(address == p);
}

CASE(division_by_zero)
{
	meet_all();
	if (sigsetjmp(jump, 1) == 0)
		__asm__ volatile("xor %%ecx, %%ecx\n\tdiv %%ecx" ::
					 : "rax", "rcx", "rdx");
	show(caught);
	show(code == FPE_INTDIV);
}

CASE(instruction_that_is_none)
{
	meet_all();
	if (sigsetjmp(jump, 1) == 0)
		__asm__ volatile("ud2");
	show(caught);
	show(code == ILL_ILLOPN);
	caught = 0;
	if (sigsetjmp(jump, 1) == 0)
		__asm__ volatile("hlt");
	show(caught);
	show(code == SI_KERNEL);
	caught = 0;
	if (sigsetjmp(jump, 1) == 0)
		__asm__ volatile("int3");
	show(caught);
	show(code == SI_KERNEL);
}

static void
jump_out(int signal)
{
	siglongjmp(jump, signal);
}

CASE(jump_out_of_a_handler)
{
	signal(SIGUSR1, jump_out);
	for (volatile int i = 0; i < 3; i++) {
		int signal = sigsetjmp(jump, 1);

		if (signal == 0)
			raise(SIGUSR1);
		show(signal);
	}
}

static char *pages;
static volatile int served;

/* A pager: gives each page what belongs there when it is first touched. */
static void
serve(int signal, siginfo_t *info, void *context)
{
	size_t n = (size_t)((char *)info->si_addr - pages) / PAGE;

	if (signal != SIGSEGV || n >= 64)
		_exit(66);
	served++;
	if (mprotect(pages + n * PAGE, PAGE, RW))
		_exit(67);
	memset(pages + n * PAGE, (int)n, PAGE);
	(void)context;
}

CASE(pager)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};
	long sum = 0;

	pages = map(64 * PAGE, PROT_NONE);
	act.sa_sigaction = serve;
	need(sigaction(SIGSEGV, &act, NULL));
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 64; i += 3)
			sum += pages[i * PAGE + 17];
	show(sum);
	show(served);
}

/* The faulting instruction is left out: two bytes, `mov [rax], al`. */
static void
skip(int signal, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	caught = signal;
	code = info->si_code;
	c->uc_mcontext.gregs[REG_RIP] += 2;
	c->uc_mcontext.gregs[REG_RBX] = 42;
}

CASE(handler_changes_registers)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};
	long rbx = 1, rax = 16;

	act.sa_sigaction = skip;
	need(sigaction(SIGSEGV, &act, NULL));
	__asm__ volatile(".byte 0x88, 0x00" /* mov [rax], al */
			 : "+b"(rbx), "+a"(rax)
			 :
			 : "memory");
	show(caught);
	show(rbx);
	show(rax);
}

static void
look_at_context(int signal, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	printf("trap %ld, error %lld, cr2 %d\n",
	       (long)c->uc_mcontext.gregs[REG_TRAPNO],
	       c->uc_mcontext.gregs[REG_ERR],
	       c->uc_mcontext.gregs[REG_CR2] == (long)info->si_addr);
	printf("blocked USR1 %d, USR2 %d\n",
	       sigismember(&c->uc_sigmask, SIGUSR1),
	       sigismember(&c->uc_sigmask, SIGUSR2));
	printf("floating point %d\n", c->uc_mcontext.fpregs != NULL);
	caught = signal;
	siglongjmp(jump, 1);
}

CASE(context_of_a_fault)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};
	sigset_t set;

	act.sa_sigaction = look_at_context;
	need(sigaction(SIGSEGV, &act, NULL));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	if (sigsetjmp(jump, 1) == 0)
		*(volatile char *)bad_pointer = 1;
	if (sigsetjmp(jump, 1) == 0)
		(void)*(volatile char *)bad_pointer;
	if (sigsetjmp(jump, 1) == 0)
		*(volatile char *)(uintptr_t)look_at_context = 1;
}

static void
fault_again(int signal)
{
	(void)signal;
	*(volatile char *)bad_pointer = 1;
}

static void
fault_in_handler(void)
{
	signal(SIGSEGV, fault_again);
	*(volatile char *)bad_pointer = 1;
}

static void
fault_while_blocked(void)
{
	sigset_t set;

	sigfillset(&set);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	meet_all();
	*(volatile char *)bad_pointer = 1;
}

static void
fault_while_ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	*(volatile char *)bad_pointer = 1;
}

CASE(faults_that_kill)
{
	finish(start(fault_in_handler));
	finish(start(fault_while_blocked));
	finish(start(fault_while_ignored));
}

static void
return_to_nowhere(void)
{
	/* sigreturn with a stack pointer that points to nothing */
	__asm__ volatile("mov $16, %%rsp\n\tmov $15, %%eax\n\tsyscall" ::
				 : "memory");
	__builtin_unreachable();
}

static void
deliver_to_nowhere(void)
{
	meet_all();
	__asm__ volatile("mov $16, %%rsp\n\tmovb $1, 16" ::: "memory");
	__builtin_unreachable();
}

CASE(stack_pointer_that_is_none)
{
	finish(start(return_to_nowhere));
	finish(start(deliver_to_nowhere));
}
