/*
 * MOV SS holds a debug trap back until the next instruction is done. If that is
 * `syscall`, the trap comes in ring 0, at the first instruction of the kernel's
 * entry, on this program's stack, unless #DB has one of its own (CVE-2018-8897).
 *
 * The kernel must have armed DR0 for reads at 0x10000000. Status 0: the trap has
 * come where it does no harm.
 */
#include <stdint.h>

#include "process.h"

#define WATCHED ((short *)0x10000000)

static volatile int traps;

static void
on_trap(int signal)
{
	(void)signal;
	traps++;
}

static long
call_after_mov_ss(const short *ss)
{
	long result;

	__asm__ volatile("mov %1, %%ss; syscall"
			 : "=a"(result)
			 : "m"(*ss), "0"(39)
			 : "rcx", "r11", "memory");
	return result;
}

int
main(void)
{
	short *ss = mmap(WATCHED, 4096, PROT_READ | PROT_WRITE,
			 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid = getpid();
	int wrong = 0;

	need(ss == WATCHED, "mmap");
	signal(SIGTRAP, on_trap);
	__asm__ volatile("mov %%ss, %0" : "=m"(*ss));
	traps = 0;
	__asm__ volatile("mov %0, %%ss; nop" : : "m"(*ss) : "memory");
	printf("mov ss; nop: %d traps\n", traps);
	if (traps != 1)
		return 2; /* nothing is armed */
	traps = 0;
	for (int i = 0; i < 1000; i++)
		wrong += call_after_mov_ss(ss) != pid;
	__asm__ volatile("mov %0, %%ss; int3" : : "m"(*ss) : "memory");
	printf("mov ss; syscall: %d wrong, %d traps\n", wrong, traps);
	return wrong ? 1 : 0;
}
