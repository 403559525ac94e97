/*
 * Segments: every selector into every segment register, far jumps, calls and
 * returns to every selector, returns to ring 0, and what the descriptors say of
 * themselves. The kernel's selectors are refused, whatever their RPL; so is the
 * local table, which nobody has. No process sees what another one loaded.
 */
#include "attack.h"

enum {
	SELECTORS = 0x10000,
	USER_DATA = 0x2b,
	USER_CODE = 0x33,
};

static int quire;

struct selector_pair {
	unsigned short first, second;
};

#define LOADER(name)                                                    \
	static void load_##name(void *argument)                         \
	{                                                               \
		const struct selector_pair *s = argument;               \
                                                                        \
		__asm__ volatile("mov %0, %%" #name : : "r"(s->first)); \
	}
LOADER(ds)
LOADER(es)
LOADER(ss)
#undef LOADER

/* The thread pointer is the base of fs, and loading fs loses it: so it is
 * brought back before anything uses it. */
static unsigned long fs_base;

static void
restore_fs(void)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_arch_prctl), "D"(0x1002), "S"(fs_base)
			 : "rcx", "r11", "memory");
}

static void
load_fs(void *argument)
{
	const struct selector_pair *s = argument;

	__asm__ volatile("mov %0, %%fs" : : "r"(s->first));
	restore_fs();
}

static void
load_gs(void *argument)
{
	const struct selector_pair *s = argument;

	__asm__ volatile("mov %0, %%gs" : : "r"(s->first));
}

static const struct {
	const char *name;
	void (*load)(void *);
} registers[] = {
	{"ds", load_ds}, {"es", load_es}, {"fs", load_fs},
	{"gs", load_gs}, {"ss", load_ss},
};

/* Into ds, es, fs, gs: null, our data, our code (which may be read). Into ss: our
 * data, with RPL 3. */
static int
is_ours(unsigned selector, int stack)
{
	if (stack)
		return selector == USER_DATA;
	return selector < 4 || (selector | 3) == USER_DATA ||
	       (selector | 3) == USER_CODE;
}

/* Linux has some of 32 bits, one for each CPU, and those of set_thread_area. */
static int
may_be_there(unsigned selector)
{
	return !quire && !(selector & 4) && selector >= 0x20 && selector < 0x80;
}

static int
refused_well(struct refusal r)
{
	return r.signal == SIGSEGV && r.code == SI_KERNEL && r.addr == 0;
}

/* => how many selectors did not do what they should */
static int
try_register(int which, int step)
{
	int stack = which == 4, wrong = 0;

	for (unsigned selector = 0; selector < SELECTORS;
	     selector += selector < 0x200 ? 1 : (unsigned)step) {
		struct selector_pair s = {(unsigned short)selector, 0};
		struct refusal r = attempt(registers[which].load, &s);

		if (r.signal ? refused_well(r) && r.vector == 13 &&
				       !is_ours(selector, stack)
			     : is_ours(selector, stack))
			continue;
		if (may_be_there(selector))
			continue;
		if (wrong++ == 0)
			diag("%x: signal %d code %d addr %lx", selector,
			     r.signal, r.code, r.addr);
	}
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%gs" : : "r"(0));
	return wrong;
}

/* What lar and lsl tell, verr and verw allow. */
static int
known(unsigned short selector)
{
	unsigned char lar, lsl, verr, verw;
	unsigned long rights = 0;

	__asm__ volatile("lar %[s], %[r]; setz %[lar]; lsl %[s], %[r];"
			 "setz %[lsl]; verr %w[s]; setz %[verr]; verw %w[s];"
			 "setz %[verw]"
			 : [r] "+r"(rights), [lar] "=&q"(lar), [lsl] "=&q"(lsl),
			   [verr] "=&q"(verr), [verw] "=&q"(verw)
			 : [s] "r"((unsigned long)selector)
			 : "cc");
	return lar | lsl | verr | verw;
}

static int
kernel_selectors_known(void)
{
	int count = 0;

	for (unsigned rpl = 0; rpl < 4; rpl++) {
		count += known((unsigned short)(0x10 | rpl));
		count += known((unsigned short)(0x18 | rpl));
		for (unsigned tss = 0x38; quire && tss < 0x50; tss += 8)
			count += known((unsigned short)(tss | rpl));
	}
	return count;
}

/* Where control would be if a far transfer worked. */
static unsigned char *target;

static void
far_jump(void *argument)
{
	const struct {
		uint32_t offset;
		uint16_t selector;
	} __attribute__((packed)) to = {0, *(unsigned short *)argument};

	__asm__ volatile("ljmpl *%0" : : "m"(to));
}

static void
far_call(void *argument)
{
	const struct {
		uint64_t offset;
		uint16_t selector;
	} __attribute__((packed))
	to = {(uintptr_t)target, *(unsigned short *)argument};

	/* With a REX prefix, which assemblers do not agree on how to ask for. */
	__asm__ volatile(".byte 0x48; lcall *(%0)" : : "a"(&to) : "memory");
}

static void
far_return(void *argument)
{
	__asm__ volatile("push %0; push %1; lretq"
			 :
			 : "r"((unsigned long)*(unsigned short *)argument),
			   "r"(target));
}

/* iretq to cs = first, ss = second. */
static void
interrupt_return(void *argument)
{
	const struct selector_pair *s = argument;

	__asm__ volatile("mov %%rsp, %%rax; push %0; push %%rax; push $0x3202;"
			 "push %1; push %2; iretq"
			 :
			 : "r"((unsigned long)s->second),
			   "r"((unsigned long)s->first), "r"(target)
			 : "rax", "memory");
}

/* Our own code segment works; 32-bit code there is on Linux alone. */
static int
is_code(unsigned selector)
{
	return (selector | 3) == USER_CODE ||
	       (!quire && (selector | 3) == 0x23);
}

static int
try_far(void (*transfer)(void *), int step)
{
	int wrong = 0;

	for (unsigned selector = 0; selector < SELECTORS;
	     selector += selector < 0x200 ? 1 : (unsigned)step) {
		struct selector_pair s = {(unsigned short)selector, USER_DATA};

		if (is_code(selector))
			continue;
		if (refused_well(attempt(transfer, &s)))
			continue;
		if (wrong++ == 0)
			diag("%x: signal %d code %d addr %lx", selector,
			     refusal.signal, refusal.code, refusal.addr);
	}
	return wrong;
}

/* iretq with stack segments that do not fit ring 3. */
static int
try_stacks(int step)
{
	int wrong = 0;

	for (unsigned selector = 0; selector < SELECTORS;
	     selector += selector < 0x200 ? 1 : (unsigned)step) {
		struct selector_pair s = {USER_CODE, (unsigned short)selector};

		if (selector == USER_DATA || may_be_there(selector))
			continue;
		if (refused_well(attempt(interrupt_return, &s)))
			continue;
		if (wrong++ == 0)
			diag("%x: signal %d code %d", selector, refusal.signal,
			     refusal.code);
	}
	return wrong;
}

/* iretq to our own code, with IOPL 3 and interrupts off in the flags: it goes
 * where it was told, with the flags it may have. */
static void
iret_with_flags(void *argument)
{
	long flags;

	__asm__ volatile("sub $128, %%rsp; mov %%rsp, %%rax; push $0x2b;"
			 "push %%rax; push $0x3002; push $0x33;"
			 "lea 1f(%%rip), %%rax; push %%rax; iretq;"
			 "1: pushfq; pop %0; add $128, %%rsp"
			 : "=r"(flags)
			 :
			 : "rax", "memory", "cc");
	*(long *)argument = flags & 0x3200;
}

/* QEMU's iretq reads the program's stack with the rights of ring 0, which SMAP
 * forbids. */
static int
iret_takes_no_flags(void)
{
	long flags = 0;
	struct refusal r = attempt(iret_with_flags, &flags);

	return r.signal ? quire && refused_well(r) : flags == 0x200;
}

static struct selector_pair
selectors_now(void)
{
	struct selector_pair s;

	__asm__ volatile("mov %%ds, %0; mov %%gs, %1"
			 : "=r"(s.first), "=r"(s.second));
	return s;
}

/* Each of two processes keeps its own selectors, while they take turns. */
static int
keep_selectors(void *argument)
{
	const struct selector_pair *mine = argument;
	int wrong = 0;

	__asm__ volatile("mov %0, %%ds; mov %1, %%gs"
			 :
			 : "r"(mine->first), "r"(mine->second));
	for (int i = 0; i < 20; i++) {
		struct selector_pair now;

		sched_yield();
		now = selectors_now();
		wrong += now.first != mine->first || now.second != mine->second;
	}
	return wrong;
}

static void
switch_selectors(void)
{
	struct selector_pair a = {USER_DATA, 0}, b = {0, USER_DATA};
	pid_t first = start(keep_selectors, &a);
	pid_t second = start(keep_selectors, &b);

	is(ending(finish(first)), 0, "a process keeps the selectors it loaded");
	is(ending(finish(second)), 0, "and so does another one");
}

/* As a program starts: exec'ed by a process that had others. */
static int
selectors_at_start(void)
{
	struct selector_pair s = selectors_now();

	return s.first || s.second;
}

static int
exec_self(void *path)
{
	__asm__ volatile("mov %0, %%ds; mov %0, %%gs" : : "r"(USER_DATA));
	execv(path, (char *[]){path, (char[]){"start"}, NULL});
	return 99;
}

static void
try_registers(int step)
{
	char claim[80];

	for (int i = 0; i < 5; i++) {
		snprintf(claim, sizeof(claim), "selectors into %s",
			 registers[i].name);
		is(try_register(i, step), 0, "%s", claim);
	}
}

int
main(int argc, char *argv[])
{
	struct selector_pair ring0 = {0x10, 0x18}, null_stack = {0x10, 0};
	int step;

	if (argc > 1 && strcmp(argv[1], "start") == 0)
		return selectors_at_start();
	step = (int)rounds(argc, argv, 61);
	quire = on_quire();
	need(syscall(SYS_arch_prctl, 0x1003, &fs_base) == 0, "ARCH_GET_FS");
	attack_begin();
	target = code_page();
	target[0] = 0xf4; /* hlt: what only ring 0 can do */
	try_registers(step);
	is(kernel_selectors_known(), 0, "lar, lsl, verr, verw of the kernel's");
	is(try_far(far_jump, step), 0, "far jumps");
	is(try_far(far_call, step), 0, "far calls");
	is(try_far(far_return, step), 0, "far returns");
	is(try_far(interrupt_return, step), 0, "iretq to any selector");
	is(try_stacks(step), 0, "iretq with any stack segment");
	is_refused(attempt(interrupt_return, &ring0), SIGSEGV, SI_KERNEL, 0,
		   "iretq to ring 0");
	is_refused(attempt(interrupt_return, &null_stack), SIGSEGV, SI_KERNEL,
		   0, "iretq to ring 0 with a null stack segment");
	ok(iret_takes_no_flags(), "iretq changes neither IF nor IOPL");
	switch_selectors();
	is(ending(run(exec_self, argv[0])), 0,
	   "a program starts with null selectors");
	return done();
}
