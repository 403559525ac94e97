/*
 * Does one forbidden thing, so that the kernel explains it.
 *
 * Each entry of the table says which signal ends the program; a program that
 * gets away with it ends with status 3.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	PAGE = 4096,
};

static unsigned char code[PAGE] __attribute__((aligned(PAGE))) = {0xc3};
static const char constant[] = "constant";

/* The compiler must not know what these addresses are. */
static volatile char *
at(uintptr_t address)
{
	__asm__("" : "+r"(address));
	return (volatile char *)address;
}

static void
call(uintptr_t address)
{
	__asm__ volatile("call *%0" : : "r"(address) : "memory", "rax");
}

static volatile char *
new_pages(size_t count, int prot)
{
	void *p = mmap(NULL, count * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	if (p == MAP_FAILED) {
		perror("crash: mmap");
		exit(2);
	}
	return p;
}

static void
null_read(void)
{
	(void)*at(0);
}

static void
null_write(void)
{
	*at(8) = 1;
}

static void
null_call(void)
{
	call(0);
}

static void
kernel_read(void)
{
	(void)*at(0xffffffff80100000);
}

static void
kernel_write(void)
{
	*at(0xffff800000001000) = 1;
}

static void
non_canonical(void)
{
	(void)*at(0x0000900000000000);
}

static void
text_write(void)
{
	*at((uintptr_t)&text_write) = 1;
}

static void
constant_write(void)
{
	*at((uintptr_t)constant) = 1;
}

static void
data_call(void)
{
	call((uintptr_t)code);
}

static void
stack_call(void)
{
	volatile unsigned char here[16] = {0xc3};

	call((uintptr_t)here);
}

static int deeper(int n);

/* The compiler must not see that this never ends. */
static int (*volatile next)(int) = deeper;

static int
deeper(int n)
{
	volatile char page[512];

	page[0] = (char)n;
	return next(n + 1) + page[0];
}

static void
stack_overflow(void)
{
	next(0);
}

static void
unmapped(void)
{
	(void)*at(0x10000000);
}

static void
after_munmap(void)
{
	volatile char *p = new_pages(1, PROT_READ | PROT_WRITE);

	p[0] = 1;
	munmap((void *)(uintptr_t)p, PAGE);
	p[0] = 2;
}

static void
prot_none(void)
{
	(void)*new_pages(1, PROT_NONE);
}

static void
read_only(void)
{
	*new_pages(1, PROT_READ) = 1;
}

static void
beyond_file(void)
{
	int fd = open("/etc/motd", O_RDONLY);
	volatile char *p = mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	(void)p[15 * PAGE];
}

static void
privileged(void)
{
	__asm__ volatile("hlt");
}

static void
port(void)
{
	__asm__ volatile("outb %%al, $0xf4" : : "a"(0));
}

static void
divide(void)
{
	__asm__ volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; idiv %%ecx"
			 :
			 :
			 : "rax", "rcx", "rdx");
}

static void
undefined(void)
{
	__asm__ volatile("ud2");
}

static void
breakpoint(void)
{
	__asm__ volatile("int3");
}

static void
interrupt(void)
{
	__asm__ volatile("int $0x20");
}

/* Unmasks all exceptions of the x87, then divides by zero. (QEMU's TCG does not
 * raise those of SSE.) */
static void
floating(void)
{
	unsigned short control = 0x340;

	__asm__ volatile("fldcw %0; fld1; fdivs %1; fwait"
			 :
			 : "m"(control), "m"((float){0}));
}

/* Touches ever more memory. */
static void
memory(void)
{
	for (;;) {
		volatile char *p = new_pages(1024, PROT_READ | PROT_WRITE);

		for (size_t i = 0; i < 1024; i++)
			p[i * PAGE] = 1;
	}
}

static const struct crash {
	const char *name;
	int signal;
	void (*run)(void);
	const char *what;
} crashes[] = {
	{"null", SIGSEGV, null_read, "read through a null pointer"},
	{"null-write", SIGSEGV, null_write, "write to a field of no object"},
	{"null-call", SIGSEGV, null_call, "call a null function pointer"},
	{"kernel", SIGSEGV, kernel_read, "read the kernel's text"},
	{"kernel-write", SIGSEGV, kernel_write, "write physical memory"},
	{"non-canonical", SIGSEGV, non_canonical,
	 "read where bit 47 is not repeated above"},
	{"text", SIGSEGV, text_write, "write to the program's text"},
	{"constant", SIGSEGV, constant_write, "write to a constant"},
	{"data-call", SIGSEGV, data_call, "execute data (NX)"},
	{"stack-call", SIGSEGV, stack_call, "execute the stack (NX)"},
	{"stack-overflow", SIGSEGV, stack_overflow, "recurse for ever"},
	{"unmapped", SIGSEGV, unmapped, "read where no region is"},
	{"after-munmap", SIGSEGV, after_munmap, "write after munmap"},
	{"prot-none", SIGSEGV, prot_none, "read a PROT_NONE page"},
	{"read-only", SIGSEGV, read_only, "write a PROT_READ page"},
	{"beyond-file", SIGBUS, beyond_file, "read beyond a mapped file"},
	{"privileged", SIGSEGV, privileged, "halt the processor"},
	{"port", SIGSEGV, port, "write to a device"},
	{"interrupt", SIGSEGV, interrupt, "raise the timer's interrupt"},
	{"divide", SIGFPE, divide, "divide by zero"},
	{"float", SIGFPE, floating, "the same in floating point"},
	{"undefined", SIGILL, undefined, "execute ud2"},
	{"breakpoint", SIGTRAP, breakpoint, "execute int3"},
	{"memory", SIGKILL, memory, "touch memory until there is none"},
};

static int
usage(void)
{
	fprintf(stderr, "usage: crash NAME     (signal)\n");
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		fprintf(stderr, "  %-16s %2d  %s\n", crashes[i].name,
			crashes[i].signal, crashes[i].what);
	return 2;
}

int
main(int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		if (argc == 2 && strcmp(argv[1], crashes[i].name) == 0) {
			crashes[i].run();
			printf("crash: %s did not fault\n", argv[1]);
			return 3;
		}
	return usage();
}
