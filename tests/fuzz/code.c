/*
 * Random bytes run as a program: each sample in a child of its own, with memory
 * and registers of interesting values. Whatever the bytes are, the child ends by
 * a signal or by exit, and the kernel goes on.
 *
 * Plain random bytes mostly end at the first instruction, so most of a sample is
 * put together of instructions that touch privileges, segments, flags and state.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "code.h"

enum {
	CODE = 256,	 /* bytes of a sample, at most */
	LEFTOVERS = 200, /* samples after which its children are, too */
	REGISTERS = 16,
};

static char *const code = (char *)0x20000000; /* two pages: RWX, nothing */
static char *const data = (char *)0x30000000; /* four pages */

static const unsigned char prefixes[] = {
	0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36,
	0x3e, 0x26, 0x64, 0x65, 0x40, 0x48, 0x4f,
};

static const uint64_t odd[] = {
	0,
	1,
	0x20000000,
	0x30000000,
	0x30000ff8,
	0x30003fff,
	0x30001000,
	0x7fffffffefff,
	0x800000000000,
	0xffff800000000000,
	0xffffffff80100000,
	0xffffc00000003f50,
	(uint64_t)-1,
	0xc0000082, /* LSTAR */
	0xc0000101, /* GS base */
	0x33,
	0x2b,
	0x10,
	0x18,
	0x3f202,
};

void run_code(const uint64_t registers[REGISTERS], const void *to);

/* Loads all registers, rsp too, and goes there. */
__asm__(".globl run_code\n"
	"run_code:\n"
	"	mov %rsi, target\n"
	"	mov %rdi, %rax\n"
	"	mov 8(%rax), %rbx; mov 16(%rax), %rcx; mov 24(%rax), %rdx\n"
	"	mov 32(%rax), %rsi; mov 40(%rax), %rdi; mov 48(%rax), %rbp\n"
	"	mov 56(%rax), %rsp; mov 64(%rax), %r8; mov 72(%rax), %r9\n"
	"	mov 80(%rax), %r10; mov 88(%rax), %r11; mov 96(%rax), %r12\n"
	"	mov 104(%rax), %r13; mov 112(%rax), %r14; mov 120(%rax), %r15\n"
	"	mov (%rax), %rax\n"
	"	jmp *target\n"
	".section .bss\n"
	"target: .quad 0\n"
	".text\n");

static struct random r;

static uint64_t
value(void)
{
	switch (below(&r, 6)) {
	case 0:
		return draw(&r);
	case 1:
		return below(&r, 470);
	case 2:
	case 3:
		return (uintptr_t)data + below(&r, 5 * PAGE) - PAGE / 2;
	default:
		return PICK(&r, odd);
	}
}

static size_t
random_bytes(char *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)draw(&r);
	return n;
}

/* An immediate of an interesting value in front of what uses it. */
static size_t
load_register(char *to)
{
	uint64_t v = value();

	to[0] = 0x48;
	to[1] = (char)(0xb8 + below(&r, 8));
	memcpy(to + 2, &v, 8);
	return 10;
}

/* What iretq and a far return take from the stack. */
static size_t
push_frame(char *to)
{
	size_t len = 0;

	for (int i = 0; i < 5; i++) {
		uint64_t v = one_in(&r, 3)	? value()
			     : i == 0 || i == 3 ? below(&r, 64)
			     : i == 2		? draw(&r) & 0x3f7fd7
						: (uintptr_t)code;

		to[len] = 0x48;
		to[len + 1] = (char)0xb8;
		memcpy(to + len + 2, &v, 8);
		to[len + 10] = 0x50;
		len += 11;
	}
	to[len++] = 0x48;
	to[len++] = (char)(one_in(&r, 4) ? 0xcb : 0xcf);
	return len;
}

static size_t
piece(char *to)
{
	size_t len = 0, i = below(&r, piece_count);

	if (one_in(&r, 4))
		to[len++] = (char)PICK(&r, prefixes);
	memcpy(to + len, pieces[i].bytes, pieces[i].len);
	len += pieces[i].len;
	return len + random_bytes(to + len, pieces[i].more);
}

/* QEMU 7.2 dies of VPERMILPS without its VEX prefix (0f 38 0c), and of its
 * neighbours, instead of reporting an invalid instruction. */
static void
spare_emulator(char *at)
{
	for (size_t i = 0; i + 1 < CODE; i++)
		if (at[i] == 0x0f && (at[i + 1] | 2) == 0x3a)
			at[i + 1] = 0x0b;
}

static void
make_code(char *to)
{
	size_t len = 0, size = 16 + below(&r, CODE - 128);

	memset(to, 0xcc, CODE);
	while (len < size)
		switch (below(&r, 8)) {
		case 0:
			len += random_bytes(to + len, 1 + below(&r, 8));
			break;
		case 1:
		case 2:
			len += load_register(to + len);
			break;
		case 3:
			len += push_frame(to + len);
			break;
		default:
			len += piece(to + len);
		}
	spare_emulator(to);
}

static void
caught(int signal)
{
	_exit(100 + signal);
}

static void
child(uint64_t seed, uint64_t n)
{
	static char other[4 * PAGE];
	const stack_t stack = {.ss_sp = other, .ss_size = sizeof(other)};
	const struct itimerval soon = {{0, 0}, {0, 10000}};
	struct sigaction action = {.sa_flags = SA_ONSTACK};
	static uint64_t registers[REGISTERS];
	/* At the end of a page too: what follows it is not there. */
	char *at;

	r = random_of(seed, n);
	at = one_in(&r, 4) ? code + PAGE - CODE : code;
	for (size_t i = 0; i < 4 * PAGE; i += 64)
		*(uint64_t *)(void *)(data + i) = value();
	for (int i = 0; i < REGISTERS; i++)
		registers[i] = value();
	if (!one_in(&r, 4))
		registers[7] = (uintptr_t)data + 2 * PAGE;
	make_code(at);
	setitimer(ITIMER_REAL, &soon, NULL);
	sigaltstack(&stack, NULL);
	action.sa_handler = caught;
	for (int signal = SIGILL; signal <= SIGSEGV && !one_in(&r, 16);
	     signal++)
		if (signal != SIGKILL)
			sigaction(signal, &action, NULL);
	run_code(registers, at);
	_exit(0);
}

/* => how it ended: a signal, 100 + one that was caught, a status */
static int
sample(uint64_t seed, uint64_t n)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		child(seed, n);
	status = fuzz_wait(pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static long endings[256];

static long
run(uint64_t seed, long size)
{
	for (long i = 0; i < size; i++) {
		endings[sample(seed, (uint64_t)i) & 0xff]++;
		if (i % LEFTOVERS == LEFTOVERS - 1)
			fuzz_kill_all();
	}
	return size;
}

static void
report(void)
{
	static const int asked[] = {SIGILL,  SIGTRAP, SIGBUS,  SIGFPE,
				    SIGSEGV, SIGSYS,  SIGALRM, SIGKILL};
	long others = 0;

	for (int i = 0; i < 256; i++)
		others += endings[i];
	printf("ended by signal:");
	for (size_t i = 0; i < COUNT(asked); i++) {
		long n = endings[asked[i]] + endings[100 + asked[i]];

		printf(" %d: %ld,", asked[i], n);
		others -= n;
	}
	printf(" else: %ld\n", others);
}

int
main(int argc, char *argv[])
{
	static const struct fuzzer f = {"samples", run, report};

	if (mmap(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != code ||
	    mmap(data, 4 * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != data)
		fuzz_found("no memory for samples");
	return fuzz(&f, argc, argv);
}
