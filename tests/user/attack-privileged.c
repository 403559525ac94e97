/*
 * Every instruction that only a kernel may use: refused, with the signal that
 * Linux sends. All of the ports; all of the interrupts that `int` can ask for.
 */
#include "attack.h"

enum how {
	GP,	  /* general protection: SIGSEGV, not about an address */
	UD,	  /* no such instruction: SIGILL, where it is */
	EITHER,	  /* one of these: the CPU's choice */
	NO_POWER, /* the same in Quire; some kernels and CPUs let it run, and give
		     nothing away by that */
	UMIP,	  /* GP if the CPU has UMIP; Linux pretends to run it */
};

struct instruction {
	const char *name;
	enum how how;
	unsigned char length;
	unsigned char code[11];
};

#define I(name, how, ...)                                          \
	{                                                          \
		name, how, sizeof((unsigned char[]){__VA_ARGS__}), \
		{                                                  \
			__VA_ARGS__                                \
		}                                                  \
	}

static const struct instruction instructions[] = {
	I("hlt", GP, 0xf4),
	I("cli", GP, 0xfa),
	I("sti", GP, 0xfb),
	I("clts", GP, 0x0f, 0x06),
	I("invd", GP, 0x0f, 0x08),
	I("wbinvd", GP, 0x0f, 0x09),
	I("wbnoinvd", GP, 0xf3, 0x0f, 0x09),
	I("lgdt", GP, 0x0f, 0x01, 0x10),
	I("lidt", GP, 0x0f, 0x01, 0x18),
	I("lldt ax", GP, 0x0f, 0x00, 0xd0),
	I("lldt [rax]", GP, 0x0f, 0x00, 0x10),
	I("ltr ax", GP, 0x0f, 0x00, 0xd8),
	I("ltr [rax]", GP, 0x0f, 0x00, 0x18),
	I("lmsw ax", GP, 0x0f, 0x01, 0xf0),
	I("lmsw [rax]", GP, 0x0f, 0x01, 0x30),
	I("invlpg", GP, 0x0f, 0x01, 0x38),
	I("invpcid", EITHER, 0x66, 0x0f, 0x38, 0x82, 0x08),
	I("swapgs", GP, 0x0f, 0x01, 0xf8),
	I("sysret", GP, 0x0f, 0x07),
	I("sysret, 64-bit", GP, 0x48, 0x0f, 0x07),
	I("sysexit", EITHER, 0x0f, 0x35),
	I("sysexit, 64-bit", EITHER, 0x48, 0x0f, 0x35),
	I("rdmsr", GP, 0x0f, 0x32),
	I("rdmsr of EFER", GP, 0xb9, 0x80, 0, 0, 0xc0, 0x0f, 0x32),
	I("wrmsr", GP, 0x0f, 0x30),
	I("wrmsr of LSTAR", GP, 0xb9, 0x82, 0, 0, 0xc0, 0x0f, 0x30),
	I("wrmsr of GS_BASE", GP, 0xb9, 1, 1, 0, 0xc0, 0x0f, 0x30),
	I("rdpmc", GP, 0x0f, 0x33),
	I("mov rax, cr0", GP, 0x0f, 0x20, 0xc0),
	I("mov rax, cr2", GP, 0x0f, 0x20, 0xd0),
	I("mov rax, cr3", GP, 0x0f, 0x20, 0xd8),
	I("mov rax, cr4", GP, 0x0f, 0x20, 0xe0),
	I("mov rax, cr8", GP, 0x44, 0x0f, 0x20, 0xc0),
	I("mov cr0, rax", GP, 0x0f, 0x22, 0xc0),
	I("mov cr2, rax", GP, 0x0f, 0x22, 0xd0),
	I("mov cr3, rax", GP, 0x0f, 0x22, 0xd8),
	I("mov cr4, rax", GP, 0x0f, 0x22, 0xe0),
	I("mov cr8, rax", GP, 0x44, 0x0f, 0x22, 0xc0),
	I("mov rax, cr1", EITHER, 0x0f, 0x20, 0xc8),
	I("mov cr5, rax", EITHER, 0x0f, 0x22, 0xe8),
	I("mov cr15, rax", EITHER, 0x44, 0x0f, 0x22, 0xf8),
	I("mov rax, dr0", GP, 0x0f, 0x21, 0xc0),
	I("mov rax, dr1", GP, 0x0f, 0x21, 0xc8),
	I("mov rax, dr2", GP, 0x0f, 0x21, 0xd0),
	I("mov rax, dr3", GP, 0x0f, 0x21, 0xd8),
	I("mov rax, dr4", EITHER, 0x0f, 0x21, 0xe0),
	I("mov rax, dr6", GP, 0x0f, 0x21, 0xf0),
	I("mov rax, dr7", GP, 0x0f, 0x21, 0xf8),
	I("mov dr0, rax", GP, 0x0f, 0x23, 0xc0),
	I("mov dr3, rax", GP, 0x0f, 0x23, 0xd8),
	I("mov dr5, rax", EITHER, 0x0f, 0x23, 0xe8),
	I("mov dr6, rax", GP, 0x0f, 0x23, 0xf0),
	I("mov dr7, rax", GP, 0x0f, 0x23, 0xf8),
	I("in al, 0x60", GP, 0xe4, 0x60),
	I("in eax, 0x60", GP, 0xe5, 0x60),
	I("in al, dx", GP, 0xec),
	I("in ax, dx", GP, 0x66, 0xed),
	I("in eax, dx", GP, 0xed),
	I("out 0x64, al", GP, 0xe6, 0x64),
	I("out 0xf4, eax", GP, 0xe7, 0xf4),
	I("out dx, al", GP, 0xee),
	I("out dx, ax", GP, 0x66, 0xef),
	I("out dx, eax", GP, 0xef),
	I("insb", GP, 0x6c),
	I("insd", GP, 0x6d),
	I("rep insb", GP, 0xf3, 0x6c),
	I("outsb", GP, 0x6e),
	I("outsd", GP, 0x6f),
	I("rep outsd", GP, 0xf3, 0x6f),
	I("xsetbv", EITHER, 0x0f, 0x01, 0xd1),
	I("monitor", EITHER, 0x0f, 0x01, 0xc8),
	I("mwait", EITHER, 0x0f, 0x01, 0xc9),
	I("clac", UD, 0x0f, 0x01, 0xca),
	I("stac", UD, 0x0f, 0x01, 0xcb),
	I("vmcall", NO_POWER, 0x0f, 0x01, 0xc1),
	I("vmlaunch", EITHER, 0x0f, 0x01, 0xc2),
	I("vmresume", EITHER, 0x0f, 0x01, 0xc3),
	I("vmxoff", EITHER, 0x0f, 0x01, 0xc4),
	I("vmxon", EITHER, 0xf3, 0x0f, 0xc7, 0x30),
	I("vmptrld", EITHER, 0x0f, 0xc7, 0x30),
	I("vmread", EITHER, 0x0f, 0x78, 0xc0),
	I("vmwrite", EITHER, 0x0f, 0x79, 0xc0),
	I("invept", EITHER, 0x66, 0x0f, 0x38, 0x80, 0x08),
	I("invvpid", EITHER, 0x66, 0x0f, 0x38, 0x81, 0x08),
	I("vmrun", EITHER, 0x0f, 0x01, 0xd8),
	I("vmmcall", NO_POWER, 0x0f, 0x01, 0xd9),
	I("vmload", EITHER, 0x0f, 0x01, 0xda),
	I("vmsave", EITHER, 0x0f, 0x01, 0xdb),
	I("stgi", EITHER, 0x0f, 0x01, 0xdc),
	I("clgi", EITHER, 0x0f, 0x01, 0xdd),
	I("skinit", EITHER, 0x0f, 0x01, 0xde),
	I("invlpga", EITHER, 0x0f, 0x01, 0xdf),
	I("rsm", UD, 0x0f, 0xaa),
	I("getsec", EITHER, 0x0f, 0x37),
	I("encls", EITHER, 0x0f, 0x01, 0xcf),
	I("wrussq", EITHER, 0x66, 0x48, 0x0f, 0x38, 0xf5, 0x00),
	I("rdfsbase", NO_POWER, 0xf3, 0x48, 0x0f, 0xae, 0xc0),
	I("rdgsbase", NO_POWER, 0xf3, 0x48, 0x0f, 0xae, 0xc8),
	I("wrgsbase", NO_POWER, 0x31, 0xc0, 0xf3, 0x48, 0x0f, 0xae, 0xd8),
	I("xgetbv", NO_POWER, 0x31, 0xc9, 0x0f, 0x01, 0xd0),
	I("ud2", UD, 0x0f, 0x0b),
	I("into", UD, 0xce),
	I("push cs", UD, 0x0e),
	I("les", UD, 0xc4, 0x00),
	I("salc", UD, 0xd6),
	I("sgdt", UMIP, 0x0f, 0x01, 0x00),
	I("sidt", UMIP, 0x0f, 0x01, 0x08),
	I("sldt", UMIP, 0x0f, 0x00, 0xc0),
	I("str", UMIP, 0x0f, 0x00, 0xc8),
	I("smsw", UMIP, 0x0f, 0x01, 0xe0),
};

static int quire, umip;

static int
has_umip(void)
{
	unsigned a = 7, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c >> 2 & 1;
}

static void
call(void *code)
{
	call_code(code);
}

static struct refusal
run_bytes(const unsigned char *bytes, size_t length)
{
	unsigned char *page = code_page();

	memcpy(page, bytes, length);
	page[length] = 0xc3;
	return attempt(call, page);
}

static int
is_gp(struct refusal r)
{
	return r.signal == SIGSEGV && r.code == SI_KERNEL && r.addr == 0;
}

static int
is_ud(struct refusal r)
{
	return r.signal == SIGILL && r.code == ILL_ILLOPN && r.addr == r.rip;
}

static int
fits(struct refusal r, enum how how)
{
	switch (how) {
	case GP:
		return is_gp(r);
	case UD:
		return is_ud(r);
	case UMIP:
		return umip && quire ? is_gp(r) : is_gp(r) || !r.signal;
	case NO_POWER:
		return is_gp(r) || is_ud(r) || (!quire && !r.signal);
	default:
		return is_gp(r) || is_ud(r);
	}
}

static void
try_all(void)
{
	size_t count = sizeof(instructions) / sizeof(instructions[0]);

	for (size_t i = 0; i < count; i++) {
		const struct instruction *in = &instructions[i];
		struct refusal r = run_bytes(in->code, in->length);

		if (!ok(fits(r, in->how), "%s", in->name))
			diag("signal %d code %d addr %lx rip %lx", r.signal,
			     r.code, r.addr, r.rip);
	}
}

/* in al, dx and out dx, al at every step-th port. => how many were not refused */
static int
try_ports(int step)
{
	int open = 0;

	for (int port = 0; port < 0x10000; port += step) {
		unsigned char in[] = {0x66, 0xba, (unsigned char)port,
				      (unsigned char)(port >> 8), 0xec};

		open += !is_gp(run_bytes(in, sizeof(in)));
		in[4] = 0xee;
		open += !is_gp(run_bytes(in, sizeof(in)));
	}
	return open;
}

/* `int n`: 3 is a breakpoint, 4 an overflow; 0x80 is a system call of Linux.
 * => how many did something else */
static int
try_interrupts(void)
{
	int wrong = 0;

	for (int n = 0; n < 256; n++) {
		const unsigned char code[] = {0xcd, (unsigned char)n};
		struct refusal r;

		if (n == 0x80 && !quire)
			continue;
		r = run_bytes(code, sizeof(code));
		if (n == 3 ? r.signal == SIGTRAP && r.code == SI_KERNEL
			   : is_gp(r))
			continue;
		diag("int %d: signal %d code %d", n, r.signal, r.code);
		wrong++;
	}
	return wrong;
}

/* Nobody has caught the signal. */
static int
uncaught(void *code)
{
	signal(SIGSEGV, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	call_code(code);
	return 0;
}

static int
dies_of(const unsigned char *bytes, size_t length)
{
	memcpy(code_page(), bytes, length);
	return ending(run(uncaught, code_page()));
}

/* Blocked or ignored: what the CPU says cannot be waited with. */
static int
deaf(void *code)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGSEGV, SIG_IGN);
	call_code(code);
	return 0;
}

/* The flags that popf would change if it could. */
static long
flags_after_popf(void)
{
	long flags;

	__asm__ volatile("sub $128, %%rsp; pushfq; orq $0x3000, (%%rsp);"
			 "andq $~0x200, (%%rsp); popfq; pushfq; pop %0;"
			 "add $128, %%rsp"
			 : "=r"(flags)
			 :
			 : "memory", "cc");
	return flags & 0x3200;
}

int
main(int argc, char *argv[])
{
	const unsigned char cli[] = {0xfa}, ud2[] = {0x0f, 0x0b};

	quire = on_quire();
	umip = has_umip();
	attack_begin();
	try_all();
	is(try_ports((int)rounds(argc, argv, 97)), 0, "no port answers");
	is(try_interrupts(), 0, "int n: a breakpoint, or refused");
	is(flags_after_popf(), 0x200, "popf changes neither IF nor IOPL");
	is(dies_of(cli, 1), 1000 + SIGSEGV, "cli kills who does not catch it");
	is(dies_of(ud2, 2), 1000 + SIGILL, "so does ud2");
	memcpy(code_page(), cli, 1);
	is(ending(run(deaf, code_page())), 1000 + SIGSEGV,
	   "and who blocks and ignores it");
	return done();
}
