/*
 * A `syscall` that ends where the lower half of all addresses does: it returns to
 * an address that is none, and Intel's sysret notices that in ring 0, after the
 * program's stack pointer has been loaded (CVE-2012-0217). The argument is that
 * stack pointer.
 *
 * Status 3: the kernel gave out no memory there. SIGSEGV: it noticed by itself.
 */
#include "process.h"

#define LAST_PAGE 0x7ffffffff000ul

int
main(int argc, char *argv[])
{
	unsigned long stack = argc > 1 ? strtoul(argv[1], NULL, 16) : 0;
	const int rights = PROT_READ | PROT_WRITE | PROT_EXEC;
	char *page = (char *)LAST_PAGE;

	/* A kernel that gives it out has put the stack there. */
	if (mprotect(page, 4096, rights) < 0 &&
	    mmap(page, 4096, rights, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0) == MAP_FAILED)
		return 3;
	page[4094] = 0x0f; /* syscall */
	page[4095] = 0x05;
	__asm__ volatile("mov %1, %%rsp; jmp *%0"
			 :
			 : "r"(page + 4094), "r"(stack), "a"(39)
			 : "rcx", "r11", "memory");
	return 4;
}
