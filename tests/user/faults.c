/*
 * Forbidden accesses: each kills only the process that made it, with the right
 * signal. The accesses are those of /bin/crash.
 */
#include "process.h"

static const struct {
	const char *name;
	int signal;
} crashes[] = {
	{"null", SIGSEGV},	     {"null-write", SIGSEGV},
	{"null-call", SIGSEGV},	     {"kernel", SIGSEGV},
	{"kernel-write", SIGSEGV},   {"non-canonical", SIGSEGV},
	{"text", SIGSEGV},	     {"constant", SIGSEGV},
	{"data-call", SIGSEGV},	     {"stack-call", SIGSEGV},
	{"stack-overflow", SIGSEGV}, {"unmapped", SIGSEGV},
	{"after-munmap", SIGSEGV},   {"prot-none", SIGSEGV},
	{"read-only", SIGSEGV},	     {"beyond-file", SIGBUS},
	{"privileged", SIGSEGV},     {"port", SIGSEGV},
	{"interrupt", SIGSEGV},	     {"divide", SIGFPE},
	{"float", SIGFPE},	     {"undefined", SIGILL},
	{"breakpoint", SIGTRAP},
};

static int
crash(const char *name)
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0) {
		execl("/bin/crash", "crash", name, (char *)NULL);
		_exit(127);
	}
	return finish(pid);
}

/* A system call whose return address, or stack, is none. */
static int
syscall_on_no_stack(void *unused)
{
	long result;

	(void)unused;
	__asm__ volatile("mov %%rsp, %%rbx; mov %1, %%rsp; syscall;"
			 "mov %%rbx, %%rsp"
			 : "=a"(result)
			 : "r"(0xffff800000001234), "0"(39)
			 : "rbx", "rcx", "r11", "memory");
	return result == getpid() ? 0 : 1;
}

static int
push_on_no_stack(void *unused)
{
	(void)unused;
	__asm__ volatile("mov %0, %%rsp; push %%rax"
			 :
			 : "r"(0xffff800000001234));
	return 0;
}

static int
load_segment(void *unused)
{
	(void)unused;
	__asm__ volatile("mov %0, %%ds" : : "r"(8));
	return 0;
}

/* Sets the direction and trap flags, and makes a system call. */
static int
odd_flags(void *unused)
{
	(void)unused;
	__asm__ volatile("pushf; orl $0x400, (%%rsp); popf; mov $39, %%eax;"
			 "syscall; cld"
			 :
			 :
			 : "rax", "rcx", "r11", "memory");
	return 0;
}

static int
single_step(void *unused)
{
	(void)unused;
	__asm__ volatile("pushf; orl $0x100, (%rsp); popf; nop; nop");
	return 0;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		is(ending(crash(crashes[i].name)), 1000 + crashes[i].signal,
		   "crash %s is killed by signal %d", crashes[i].name,
		   crashes[i].signal);
	is(ending(run(syscall_on_no_stack, NULL)), 0,
	   "a system call works without a stack");
	ok(WIFSIGNALED(run(push_on_no_stack, NULL)),
	   "a push to the kernel's half is not survived");
	ok(WIFSIGNALED(run(load_segment, NULL)),
	   "the kernel's data segment cannot be loaded");
	is(ending(run(odd_flags, NULL)), 0,
	   "a system call with the direction flag set");
	is(ending(run(single_step, NULL)), 1000 + SIGTRAP,
	   "the trap flag is SIGTRAP");
	ok(getpid() > 1, "this process has noticed nothing");
	return done();
}
