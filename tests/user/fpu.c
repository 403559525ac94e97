/*
 * Each process has its own floating-point registers, whoever else computes.
 */
#include <sys/syscall.h>

#include "pages.h"
#include "process.h"

enum {
	WORKERS = 4,
	ROUNDS = 3000000,
	FRESH = 512, /* pages */
};

static volatile int *ready;

/* Keeps a value in registers of all kinds while others do the same. */
static int
worker(void *argument)
{
	long value = *(int *)argument, x, y, z, bad = 0;
	double d = 1.0 / (double)value;
	unsigned mxcsr = 0x1f80 | (unsigned)(value & 3) << 13, after;
	unsigned short control = (unsigned short)(0x37f | (value & 3) << 10);
	unsigned short control_after;

	__atomic_fetch_add(ready, 1, __ATOMIC_SEQ_CST);
	while (*ready < WORKERS)
		sched_yield();
	__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(mxcsr), "m"(control));
	__asm__ volatile(
		"movq %[v], %%xmm0; movq %[v], %%xmm7; movq %[v], %%xmm15;"
		"fldl %[d];"
		"mov %[n], %%rcx; 1: pause; dec %%rcx; jnz 1b;"
		"movq %%xmm0, %[x]; movq %%xmm7, %[y]; movq %%xmm15, %[z];"
		"fstpl %[d]"
		: [x] "=&r"(x), [y] "=&r"(y), [z] "=&r"(z), [d] "+m"(d)
		: [v] "r"(value), [n] "r"((long)ROUNDS)
		: "rcx", "xmm0", "xmm7", "xmm15", "memory");
	__asm__ volatile("stmxcsr %0; fnstcw %1"
			 : "=m"(after), "=m"(control_after));
	bad |= x != value || y != value || z != value;
	bad |= d != 1.0 / (double)value;
	bad |= after >> 13 != mxcsr >> 13 || control_after != control;
	return (int)bad;
}

static int
clean(void *unused)
{
	unsigned mxcsr;
	unsigned short control;

	(void)unused;
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(control));
	return mxcsr == 0x1f80 && control == 0x37f ? 0 : 1;
}

/* No call and no switch between the change of a register and the fork. */
static int
fork_in_registers(void)
{
	long value = 0x5eed, copy;
	long pid = SYS_fork;

	__asm__ volatile("movq %[v], %%xmm9; syscall; movq %%xmm9, %[c]"
			 : "+a"(pid), [c] "=r"(copy)
			 : [v] "r"(value)
			 : "rcx", "r11", "xmm9", "memory");
	if (pid == 0)
		_exit(copy != value);
	return copy != value || ending(finish((pid_t)pid));
}

/* The kernel zeroes a page with xmm0, in the middle of whatever computes there;
 * so many pages that it cannot have all of them zeroed already. */
static int
touched_in_registers(void)
{
	volatile char *page = new_pages(FRESH);
	double pair[2] = {1.5, 2.5}, after[2];
	int bad = 0;

	for (int i = 0; i < FRESH; i++) {
		__asm__ volatile("movups %[p], %%xmm0; movb $1, %[page];"
				 "movups %%xmm0, %[a]"
				 : [a] "=m"(after), [page] "=m"(page[i * PAGE])
				 : [p] "m"(pair)
				 : "xmm0");
		bad += after[0] != pair[0] || after[1] != pair[1];
	}
	free_pages(page, FRESH);
	return bad;
}

int
main(void)
{
	static int values[WORKERS] = {3, 5, 6, 8};
	pid_t pids[WORKERS];
	int bad = 0;

	ready = shared_pages(1);
	is(clean(NULL), 0, "a new program has the ABI's control words");
	for (int i = 0; i < WORKERS; i++)
		pids[i] = start(worker, &values[i]);
	for (int i = 0; i < WORKERS; i++)
		bad += finish(pids[i]) != 0;
	is(bad, 0, "SSE and x87 registers survive preemption");
	__asm__ volatile("movq %0, %%xmm3" : : "r"(0x1234ul) : "xmm3");
	is(ending(run(clean, NULL)), 0, "a child inherits the control words");
	is(fork_in_registers(), 0, "a fork copies the registers as they are");
	is(touched_in_registers(), 0, "a page fault leaves them as they are");
	return done();
}
