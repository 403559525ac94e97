/*
 * Memory that is not the program's: the kernel's text, data, stacks and tables,
 * addresses that are none, the first pages. Read, written, executed, used as a
 * stack, handed to system calls. And nothing about the kernel's memory follows
 * from how an access is refused.
 */
#include "attack.h"

#define KERNEL_DIRECT 0xffff800000000000ul
#define KERNEL_STACKS 0xffffc00000000000ul
#define KERNEL_IMAGE  0xffffffff80000000ul
#define LAST_PAGE     0xfffffffffffff000l
#define USER_LAST     0x7ffffffff000ul

enum {
	ERROR_PRESENT = 1,
	ERROR_WRITE = 2,
	ERROR_USER = 4,
	ERROR_FETCH = 16,
	FAULTS = 30000, /* more than any kernel should grow impatient of */
};

static const uintptr_t kernel_places[] = {
	KERNEL_DIRECT,
	KERNEL_DIRECT + 0x100000,
	KERNEL_DIRECT + (64ul << 20),
	KERNEL_DIRECT + (1ul << 38),
	KERNEL_STACKS,
	KERNEL_STACKS + 0x2ff8,
	KERNEL_IMAGE,
	KERNEL_IMAGE + 0x100000,
	KERNEL_IMAGE + 0x200000,
	0xffffff0000000000ul,
	LAST_PAGE,
	0xffffffffffffffffl,
};

/* Bits 63 to 47 differ. */
static const uintptr_t no_addresses[] = {
	0x0000800000000000ul, 0x0000900000000000ul, 0x7fffffffffffffffl,
	0x8000000000000000ul, 0xdeadbeefdeadbeeful, 0xffff7ffffffffffful,
};

/* Addresses where no program of ours maps anything. */
static const uintptr_t unmapped[] = {0, 8, 0xff8, 0x8000, 0xfff8, USER_LAST};

static int quire;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
read_at(void *at)
{
	__asm__ volatile("movb (%0), %%al" : : "r"(at) : "rax");
}

static void
write_at(void *at)
{
	__asm__ volatile("movb %%al, (%0)" : : "r"(at) : "memory");
}

static void
change_at(void *at)
{
	__asm__ volatile("lock incb (%0)" : : "r"(at) : "memory", "cc");
}

static void
copy_from(void *at)
{
	char byte[1];
	void *from = at, *to = byte;
	long n = 1;

	__asm__ volatile("rep movsb"
			 : "+S"(from), "+D"(to), "+c"(n)
			 :
			 : "memory");
}

static void
execute(void *at)
{
	__asm__ volatile("sub $128, %%rsp; call *%0" : : "r"(at) : "memory");
}

static void
push_at(void *at)
{
	__asm__ volatile("mov %0, %%rsp; push %%rax"
			 :
			 : "r"((uintptr_t)at + 8)
			 : "memory");
}

static const struct {
	const char *name;
	void (*access)(void *);
	long error;
	int stack; /* a bad address is a stack fault then */
} accesses[] = {
	{"reading", read_at, ERROR_USER | ERROR_PRESENT, 0},
	{"writing", write_at, ERROR_USER | ERROR_PRESENT | ERROR_WRITE, 0},
	{"changing", change_at, ERROR_USER | ERROR_PRESENT | ERROR_WRITE, 0},
	{"copying", copy_from, ERROR_USER | ERROR_PRESENT, 0},
	{"executing", execute, ERROR_USER | ERROR_PRESENT | ERROR_FETCH, 0},
	{"pushing", push_at, ERROR_USER | ERROR_PRESENT | ERROR_WRITE, 1},
};

static void
show(const char *what, uintptr_t at, struct refusal r)
{
	diag("%s %lx: signal %d code %d addr %lx error %lx", what, at, r.signal,
	     r.code, r.addr, r.error);
}

/* QEMU's locked instructions are refused when they read. */
static long
expected_error(size_t i)
{
	if (accesses[i].access == change_at && !(refusal.error & ERROR_WRITE))
		return accesses[i].error & ~ERROR_WRITE;
	return accesses[i].error;
}

/* Kernel addresses: as if nothing were there, and the error code says always the
 * same, whether there is something or not. */
static int
try_kernel(size_t i)
{
	int wrong = 0;

	for (size_t k = 0; k < COUNT(kernel_places); k++) {
		uintptr_t at = kernel_places[k];
		struct refusal r;

		if (accesses[i].stack)
			at &= ~7ul;
		r = attempt(accesses[i].access, (void *)at);
		if (r.signal == SIGSEGV && r.code == SEGV_MAPERR &&
		    r.addr == at && r.error == expected_error(i))
			continue;
		show(accesses[i].name, at, r);
		wrong++;
	}
	return wrong;
}

/* A stack there is a stack fault, which QEMU does not know. */
static int
try_none(size_t i)
{
	int wrong = 0;

	for (size_t k = 0; k < COUNT(no_addresses); k++) {
		uintptr_t at = no_addresses[k];
		struct refusal r;

		if (accesses[i].stack)
			at &= ~7ul;
		r = attempt(accesses[i].access, (void *)at);
		if (r.code == SI_KERNEL && r.addr == 0 &&
		    (r.signal == (accesses[i].stack ? SIGBUS : SIGSEGV) ||
		     (r.signal == SIGSEGV && quire)))
			continue;
		show(accesses[i].name, at, r);
		wrong++;
	}
	return wrong;
}

static int
try_unmapped(size_t i)
{
	int wrong = 0;

	for (size_t k = 0; k < COUNT(unmapped); k++) {
		uintptr_t at = unmapped[k];
		struct refusal r = attempt(accesses[i].access, (void *)at);

		if (r.signal == SIGSEGV && r.code == SEGV_MAPERR &&
		    r.addr == at)
			continue;
		show(accesses[i].name, at, r);
		wrong++;
	}
	return wrong;
}

/* One byte of every step-th page of the kernel's ranges: nothing can be read. */
static long
sweep(uintptr_t start, uintptr_t bytes, uintptr_t step)
{
	long open = 0;

	for (uintptr_t at = start; at < start + bytes; at += step)
		open += attempt(read_at, (void *)at).signal != SIGSEGV;
	return open;
}

/* An access that begins in our last page and ends beyond. */
static void
read_across(void *at)
{
	__asm__ volatile("mov (%0), %%rax" : : "r"(at) : "rax");
}

static void
across_the_end(void)
{
	struct refusal r = attempt(read_across, (void *)(USER_LAST - 4));

	ok(r.signal == SIGSEGV && r.code == SEGV_MAPERR &&
		   (r.addr == USER_LAST || r.addr == USER_LAST - 4),
	   "reading across the end of user memory");
}

/* Text cannot be written, data not executed. */
static void
own_memory(void)
{
	static char data[64] __attribute__((aligned(64)));
	struct refusal r = attempt(write_at, (void *)(uintptr_t)&own_memory);

	is_refused(r, SIGSEGV, SEGV_ACCERR, (uintptr_t)&own_memory,
		   "writing to our own text");
	memset(data, 0xc3, sizeof(data));
	is_refused(attempt(execute, data), SIGSEGV, SEGV_ACCERR,
		   (uintptr_t)data, "executing our own data");
}

/* The same fault again and again, with no system call in between. */
static void
persevere(void)
{
	long refused = 0;

	for (int i = 0; i < FAULTS; i++)
		refused += attempt(read_at, (void *)8).signal == SIGSEGV;
	is(refused, FAULTS, "a program may fault as often as it likes");
}

/* => whether that is what a call about `at` answered. The last page ends at 0, and
 * a range that ends before it begins is another mistake. */
static int
said(const char *name, long at, long result, int wanted)
{
	if (result == -1 &&
	    (errno == wanted || (at == (long)LAST_PAGE && errno == EINVAL)))
		return 1;
	diag("%s %lx: %ld, errno %d", name, at, result, errno);
	return 0;
}

/* => how many of them say that there is no such memory */
static int
calls_about(long at)
{
	int fine = 0;

#define CALL(wanted, name, ...) \
	fine += said(#name, at, syscall(SYS_##name, at, __VA_ARGS__), wanted)
	CALL(ENOMEM, mmap, 4096, 3, 0x32, -1, 0);
	CALL(EINVAL, munmap, 4096);
	CALL(ENOMEM, mprotect, 4096, 7);
	CALL(ENOMEM, madvise, 4096, 4);
	CALL(EFAULT, mremap, 4096, 8192, 1);
	CALL(ENOMEM, msync, 4096, 4);
	CALL(ENOMEM, mlock, 4096);
#undef CALL
	return fine + (syscall(SYS_brk, at) == syscall(SYS_brk, 0));
}

static void
system_calls(void)
{
	static const uintptr_t places[] = {KERNEL_DIRECT,    KERNEL_IMAGE,
					   KERNEL_STACKS,    LAST_PAGE,
					   0x800000000000ul, USER_LAST};
	int fine = 0;

	for (size_t i = 0; i < COUNT(places); i++)
		fine += calls_about((long)places[i]);
	is(fine, 8 * COUNT(places),
	   "calls about memory do not reach beyond the program's");
}

/* Ranges whose end wraps, or that end in the kernel. */
static void
wrapping_calls(void)
{
	void *page = code_page();
	long at = (long)page;

	fails(syscall(SYS_mmap, 0, -1l, 3, 0x22, -1, 0), ENOMEM, "mmap: 2^64");
	fails(syscall(SYS_mmap, 0, 1l << 47, 3, 0x22, -1, 0), ENOMEM,
	      "mmap: all there is");
	fails(syscall(SYS_munmap, at, -4096l), EINVAL, "munmap: wraps");
	fails(syscall(SYS_munmap, at, 1l << 47), EINVAL, "munmap: too far");
	fails(syscall(SYS_mprotect, at, -4096l, 3), ENOMEM, "mprotect: wraps");
	fails(syscall(SYS_mremap, at, 4096, 1l << 47, 1), EINVAL,
	      "mremap: too far");
	fails(syscall(SYS_madvise, at, -4096l, 4), EINVAL, "madvise: wraps");
	fails(syscall(SYS_mremap, at, 4096, 4096, 3, KERNEL_DIRECT), EINVAL,
	      "mremap: to the kernel");
}

/* A thread pointer there would fault in the kernel when it is loaded. */
static void
thread_pointer(void)
{
	fails(syscall(SYS_arch_prctl, 0x1002, KERNEL_DIRECT), EPERM,
	      "a thread pointer in the kernel");
	fails(syscall(SYS_arch_prctl, 0x1002, 1ul << 63), EPERM,
	      "a thread pointer that is no address");
}

int
main(int argc, char *argv[])
{
	uintptr_t step = ATTACK_PAGE * (uintptr_t)rounds(argc, argv, 16);
	char claim[80];

	quire = on_quire();
	attack_begin();
	for (size_t i = 0; i < COUNT(accesses); i++) {
		snprintf(claim, sizeof(claim), "%s the kernel's memory",
			 accesses[i].name);
		is(try_kernel(i), 0, "%s", claim);
		snprintf(claim, sizeof(claim), "%s what is no address",
			 accesses[i].name);
		is(try_none(i), 0, "%s", claim);
		snprintf(claim, sizeof(claim), "%s where nothing is",
			 accesses[i].name);
		is(try_unmapped(i), 0, "%s", claim);
	}
	is(sweep(KERNEL_DIRECT, 128 << 20, step), 0,
	   "nothing of all physical memory can be read");
	is(sweep(KERNEL_IMAGE, 16 << 20, step), 0, "nor of the kernel's image");
	is(sweep(KERNEL_STACKS, 16 << 20, step), 0, "nor of its stacks");
	across_the_end();
	own_memory();
	persevere();
	system_calls();
	wrapping_calls();
	thread_pointer();
	return done();
}
