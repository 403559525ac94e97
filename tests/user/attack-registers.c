/*
 * Registers leak nothing: a process finds its own in them, whoever ran in
 * between and whatever the kernel did; a new program and a signal handler find
 * them empty. General registers, flags, SSE, x87 and its last instruction.
 *
 * The argument says how often the processes take turns.
 */
#include <elf.h>
#include <stddef.h>
#include <sys/stat.h>

#include "attack.h"

enum {
	QUICK = 4000,
	XMM = 16 * 16,
	GENERAL = 12, /* rbx rbp rdi rsi rdx r8 r9 r10 r12 r13 r14 r15 */
};

struct registers {
	unsigned long general[GENERAL];
	unsigned char xmm[XMM];
	unsigned char x87[8][8]; /* as MMX registers */
	unsigned mxcsr;
	unsigned short control;
};

_Static_assert(sizeof(struct registers) == 424, "as exchange() reads it");

/* Loads all of `in`, makes a system call, keeps all in `out`. rsi and rdi are
 * the call's too. => rax; rcx and r11 as they are then */
struct after {
	unsigned long rcx, r11, next;
};

__asm__(".text; exchange:"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15;"
	"push %rsi; push %rdx; push %rcx;"
	"mov %rdi, %rax;"
	"movups 96(%rax), %xmm0; movups 112(%rax), %xmm1;"
	"movups 128(%rax), %xmm2; movups 144(%rax), %xmm3;"
	"movups 160(%rax), %xmm4; movups 176(%rax), %xmm5;"
	"movups 192(%rax), %xmm6; movups 208(%rax), %xmm7;"
	"movups 224(%rax), %xmm8; movups 240(%rax), %xmm9;"
	"movups 256(%rax), %xmm10; movups 272(%rax), %xmm11;"
	"movups 288(%rax), %xmm12; movups 304(%rax), %xmm13;"
	"movups 320(%rax), %xmm14; movups 336(%rax), %xmm15;"
	"movq 352(%rax), %mm0; movq 360(%rax), %mm1; movq 368(%rax), %mm2;"
	"movq 376(%rax), %mm3; movq 384(%rax), %mm4; movq 392(%rax), %mm5;"
	"movq 400(%rax), %mm6; movq 408(%rax), %mm7;"
	"ldmxcsr 416(%rax); fldcw 420(%rax);"
	"mov (%rax), %rbx; mov 8(%rax), %rbp; mov 16(%rax), %rdi;"
	"mov 24(%rax), %rsi; mov 32(%rax), %rdx; mov 40(%rax), %r8;"
	"mov 48(%rax), %r9; mov 56(%rax), %r10; mov 64(%rax), %r12;"
	"mov 72(%rax), %r13; mov 80(%rax), %r14; mov 88(%rax), %r15;"
	"mov 8(%rsp), %rax;"
	"syscall;"
	"after_call: push %rax; mov 24(%rsp), %rax;"
	"mov %rbx, (%rax); mov %rbp, 8(%rax); mov %rdi, 16(%rax);"
	"mov %rsi, 24(%rax); mov %rdx, 32(%rax); mov %r8, 40(%rax);"
	"mov %r9, 48(%rax); mov %r10, 56(%rax); mov %r12, 64(%rax);"
	"mov %r13, 72(%rax); mov %r14, 80(%rax); mov %r15, 88(%rax);"
	"movups %xmm0, 96(%rax); movups %xmm1, 112(%rax);"
	"movups %xmm2, 128(%rax); movups %xmm3, 144(%rax);"
	"movups %xmm4, 160(%rax); movups %xmm5, 176(%rax);"
	"movups %xmm6, 192(%rax); movups %xmm7, 208(%rax);"
	"movups %xmm8, 224(%rax); movups %xmm9, 240(%rax);"
	"movups %xmm10, 256(%rax); movups %xmm11, 272(%rax);"
	"movups %xmm12, 288(%rax); movups %xmm13, 304(%rax);"
	"movups %xmm14, 320(%rax); movups %xmm15, 336(%rax);"
	"movq %mm0, 352(%rax); movq %mm1, 360(%rax); movq %mm2, 368(%rax);"
	"movq %mm3, 376(%rax); movq %mm4, 384(%rax); movq %mm5, 392(%rax);"
	"movq %mm6, 400(%rax); movq %mm7, 408(%rax);"
	"stmxcsr 416(%rax); fnstcw 420(%rax); emms;"
	"mov 8(%rsp), %rax; mov %rcx, (%rax); mov %r11, 8(%rax);"
	"lea after_call(%rip), %rcx; mov %rcx, 16(%rax);"
	"pop %rax; pop %rcx; pop %rdx; pop %rsi;"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret");
long exchange(const struct registers *in, struct registers *out, long number,
	      struct after *after);

/* All different, and different from those of another seed. */
static void
fill(struct registers *r, unsigned seed)
{
	unsigned char *p = (unsigned char *)r;

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < offsetof(struct registers, mxcsr); i++)
		p[i] = (unsigned char)(seed * 37 + i * 11 + 1);
	r->mxcsr = 0x1f80 | (seed & 3) << 13;
	r->control = (unsigned short)(0x37f | (seed & 3) << 10);
}

static volatile int *turns;

/* Takes turns with others and looks each time whether all is as it was. */
static int
keep(void *argument)
{
	const unsigned *seed = argument;
	static struct registers mine, now;
	struct after after;
	int wrong = 0;

	for (int i = 0; i < turns[1] && !wrong; i++) {
		fill(&mine, *seed + 8 * (unsigned)(i & 15));
		exchange(&mine, &now, SYS_sched_yield, &after);
		wrong = memcmp(&mine, &now, sizeof(mine)) != 0 ||
			after.rcx != after.next || after.r11 & ~0xad7ul;
	}
	__atomic_fetch_add(turns, 1, __ATOMIC_SEQ_CST);
	return wrong;
}

/* Beside them, each time until the timer interrupts it: its call is none. */
static int
keep_busy(void *argument)
{
	const unsigned *seed = argument;
	struct registers mine, now;
	struct after after;
	int wrong = 0;

	for (int i = 0; i < 10 * turns[1] && i < 100000 && !wrong; i++) {
		fill(&mine, *seed);
		exchange(&mine, &now, 9999, &after); /* there is none */
		wrong = memcmp(&mine, &now, sizeof(mine)) != 0;
	}
	return wrong;
}

static void
switches(long count)
{
	static unsigned seeds[] = {1, 2, 3};
	pid_t pid[3];

	turns = shared_pages(1);
	turns[1] = (int)count / 2;
	for (int i = 0; i < 3; i++)
		pid[i] = start(i < 2 ? keep : keep_busy, &seeds[i]);
	for (int i = 0; i < 3; i++)
		is(ending(finish(pid[i])), 0,
		   "process %d of 3 that take turns keeps its registers", i);
	is(turns[0], 2, "%ld switches", count);
}

/* Calls that touch much of the kernel, and that fail. What comes back beside
 * rax, rcx and r11 is what was there. */
static void
system_calls(void)
{
	/* None of them blocks, ends us, or lives on what is in rdi... */
	static const short numbers[] = {
		0,   1,	  3,   5,   7,	 8,   9,   10,	11,  13,  14,
		16,  17,  18,  19,  20,	 21,  22,  24,	25,  26,  27,
		28,  32,  33,  39,  40,	 61,  63,  72,	74,  76,  77,
		79,  80,  81,  82,  83,	 84,  85,  86,	87,  88,  89,
		90,  91,  92,  96,  98,	 99,  100, 102, 104, 107, 108,
		110, 111, 115, 118, 121, 124, 127, 137, 138, 186, 201,
		204, 217, 228, 229, 257, 258, 262, 263, 265, 266, 267,
		292, 293, 295, 302, 318, 332, 333, 400, 463, 999, 5000,
	};
	static struct registers mine, now;
	struct after after;
	int changed = 0;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		fill(&mine, (unsigned)i);
		/* Arguments that nobody takes: bad pointers and numbers. */
		for (int k = 2; k < 8; k++)
			mine.general[k] = 0xdeadbeef00000000ul + (unsigned)k;
		exchange(&mine, &now, numbers[i], &after);
		if (!memcmp(&mine, &now, sizeof(mine)) &&
		    after.rcx == after.next && !(after.r11 & ~0xad7ul))
			continue;
		diag("call %d changes registers", numbers[i]);
		changed++;
	}
	is(changed, 0, "system calls change nothing but rax, rcx and r11");
}

/* A program that writes all its registers to descriptor 3, and the page that its
 * stack begins in: 16 general ones, flags, and what fxsave gives. */
__asm__(".section .rodata; .balign 16; first_code:"
	"sub $1024, %rsp; and $-64, %rsp;" /* flags: not from here */
	"mov %rax, (%rsp); mov %rbx, 8(%rsp); mov %rcx, 16(%rsp);"
	"mov %rdx, 24(%rsp); mov %rsi, 32(%rsp); mov %rdi, 40(%rsp);"
	"mov %rbp, 48(%rsp); mov %r8, 56(%rsp); mov %r9, 64(%rsp);"
	"mov %r10, 72(%rsp); mov %r11, 80(%rsp); mov %r12, 88(%rsp);"
	"mov %r13, 96(%rsp); mov %r14, 104(%rsp); mov %r15, 112(%rsp);"
	"xor %eax, %eax; mov %ds, %ax; mov %rax, 120(%rsp);"
	"mov %es, %ax; or %rax, 120(%rsp); mov %fs, %ax; or %rax, 120(%rsp);"
	"mov %gs, %ax; or %rax, 120(%rsp);"
	"fxsave64 128(%rsp);"
	"mov $1, %eax; mov $3, %edi; mov %rsp, %rsi; mov $640, %edx; syscall;"
	"mov $60, %eax; xor %edi, %edi; syscall;"
	"first_end: .text");
extern const char first_code[], first_end[];

struct first {
	unsigned long general[15], selectors;
	unsigned char fx[512];
};

static const char *
write_program(void)
{
	const char *path = "/tmp/attack-registers";
	size_t length = (size_t)(first_end - first_code);
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment;
		char code[512];
	} file = {0};

	memcpy(file.head.e_ident, "\177ELF\2\1\1", 7);
	file.head.e_type = ET_EXEC;
	file.head.e_machine = 62;
	file.head.e_version = 1;
	file.head.e_entry = 0x400000 + offsetof(__typeof__(file), code);
	file.head.e_phoff = sizeof(file.head);
	file.head.e_ehsize = sizeof(file.head);
	file.head.e_phentsize = sizeof(file.segment);
	file.head.e_phnum = 1;
	file.segment = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_vaddr = 0x400000,
		.p_filesz = sizeof(file),
		.p_memsz = sizeof(file),
		.p_align = 4096,
	};
	need(length <= sizeof(file.code), "room for the code");
	memcpy(file.code, first_code, length);

	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	need(fd >= 0 && write(fd, &file, sizeof(file)) == sizeof(file), path);
	close(fd);
	return path;
}

/* Becomes that program with full registers. */
static int
exec_full(void *argument)
{
	const int *fds = argument;
	static struct registers mine, now;
	struct after after;
	static char name[] = "first", *argv[] = {name, NULL};

	dup2(fds[1], 3);
	fill(&mine, 77);
	mine.general[2] = (uintptr_t) "/tmp/attack-registers";
	mine.general[3] = (uintptr_t)argv;
	mine.general[4] = (uintptr_t)(argv + 1);
	exchange(&mine, &now, SYS_execve, &after);
	return 99;
}

static int
count_bytes(const void *data, size_t length)
{
	const unsigned char *p = data;
	int count = 0;

	for (size_t i = 0; i < length; i++)
		count += p[i] != 0;
	return count;
}

static void
first_moment(void)
{
	struct first first;
	int fds[2];
	unsigned mxcsr;
	unsigned short control;

	write_program();
	need(pipe(fds) == 0, "pipe");
	is(ending(run(exec_full, fds)), 0,
	   "a program that tells its registers");
	is(read(fds[0], &first, sizeof(first)), sizeof(first), "all of them");
	is(count_bytes(first.general, sizeof(first.general)), 0,
	   "a program starts with general registers of 0");
	is(first.selectors, 0, "with null selectors");
	memcpy(&control, first.fx, 2);
	memcpy(&mxcsr, first.fx + 24, 4);
	is(control, 0x37f, "with the x87 control word of the ABI");
	is(mxcsr, 0x1f80, "with MXCSR of the ABI");
	is(count_bytes(first.fx + 2, 22), 0,
	   "with an x87 that has executed nothing");
	is(count_bytes(first.fx + 32, 128), 0, "with empty x87 registers");
	is(count_bytes(first.fx + 160, 256), 0, "with SSE registers of 0");
	unlink("/tmp/attack-registers");
	close(fds[0]);
	close(fds[1]);
}

/* In a handler: what it is given, and an FPU as at the start. */
static unsigned char fpu_in_handler[512] __attribute__((aligned(16)));

static void
handler(int signal)
{
	(void)signal;
	__asm__ volatile("fxsave64 %0" : "=m"(fpu_in_handler));
}

static void
signal_handler(void)
{
	static struct registers mine, now;
	struct sigaction action = {.sa_handler = handler};
	struct after after;

	need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
	fill(&mine, 5);
	mine.general[2] = (unsigned long)getpid();
	mine.general[3] = SIGUSR1;
	is(exchange(&mine, &now, SYS_kill, &after), 0, "a signal to ourselves");
	is(memcmp(&mine, &now, sizeof(mine)), 0,
	   "all registers are back after the handler");
	is(count_bytes(fpu_in_handler + 160, 256), 0,
	   "the handler found SSE registers of 0");
	is(count_bytes(fpu_in_handler + 32, 128), 0, "and empty x87 registers");
}

int
main(int argc, char *argv[])
{
	system_calls();
	first_moment();
	signal_handler();
	switches(rounds(argc, argv, QUICK));
	return done();
}
