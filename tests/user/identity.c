/*
 * Calls about oneself and the system; and those that there are not.
 */
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "pages.h"

static void
never_fail(void)
{
	is(getuid() + geteuid() + getgid() + getegid(), 0, "we are root");
	ok(getpid() > 0 && getppid() > 0, "have a number, and a parent");
	is(gettid(), getpid(), "the only thread has the process's number");
	ok(getpgrp() > 0 && getpgid(0) == getpgrp(), "are in a group");
	is(sched_yield(), 0, "can let others run");
	is(syscall(218, &(int){0}), getpid(), "set_tid_address");
}

static void
the_system(void)
{
	static struct utsname u;
	struct sysinfo info;
	struct meminfo m;
	long total = 0;

	need(uname(&u) == 0, "uname");
	is_string(u.sysname, "Quire", "uname: the system's name");
	is_string(u.machine, "x86_64", "and the machine's");
	need(sysinfo(&info) == 0, "sysinfo");
	ok(info.totalram * info.mem_unit > 16 << 20, "sysinfo: memory");
	need(meminfo(&m) == 0, "meminfo");
	for (int i = 1; i < MEM_KINDS; i++)
		total += (long)m.frames[i];
	ok((long)(info.totalram * info.mem_unit / PAGE) <= total &&
		   info.freeram <= info.totalram,
	   "as meminfo counts it");
	is(m.frames[MEM_TABLE] > 4 && m.frames[MEM_STACK] > 0 &&
		   m.frames[MEM_MODULE] > 0 && m.frames[MEM_KERNEL] > 0,
	   1, "each use of frames is counted");
	is(quire_audit(), 0, "the audit finds nothing");
}

static void
randomness(void)
{
	unsigned char a[32] = {0}, b[32] = {0};

	is(getrandom(a, sizeof(a), 0), sizeof(a), "getrandom");
	is(getrandom(b, sizeof(b), 0), sizeof(b), "twice");
	ok(memcmp(a, b, sizeof(a)) != 0, "gives different bytes");
}

static void
unknown(void)
{
	static const long numbers[] = {41,  175,  335,	  450, 512,
				       999, 1005, 100000, -1};
	int wrong = 0;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		errno = 0;
		if (syscall(numbers[i], -1, -1, -1, -1, -1, -1) != -1 ||
		    errno != ENOSYS) {
			wrong++;
			diag("call %ld: errno %d", numbers[i], errno);
		}
	}
	is(wrong, 0, "calls that there are not: ENOSYS");
}

/* The registers that the system-call ABI promises to keep. */
static void
registers(void)
{
	long result;
	unsigned long bad = 0;

	__asm__ volatile(
		"mov $1, %%rdi; mov $2, %%rsi; mov $3, %%rdx; mov $4, %%r10;"
		"mov $5, %%r8; mov $6, %%r9; mov $7, %%rbx; mov $8, %%r12;"
		"mov $9, %%r13; mov $10, %%r14; mov $11, %%r15;"
		"mov $39, %%eax; syscall;"
		"sub $1, %%rdi; sub $2, %%rsi; sub $3, %%rdx; sub $4, %%r10;"
		"sub $5, %%r8; sub $6, %%r9; sub $7, %%rbx; sub $8, %%r12;"
		"sub $9, %%r13; sub $10, %%r14; sub $11, %%r15;"
		"or %%rsi, %%rdi; or %%rdx, %%rdi; or %%r10, %%rdi;"
		"or %%r8, %%rdi; or %%r9, %%rdi; or %%rbx, %%rdi;"
		"or %%r12, %%rdi; or %%r13, %%rdi; or %%r14, %%rdi;"
		"or %%r15, %%rdi"
		: "=a"(result), "=D"(bad)
		:
		: "rsi", "rdx", "r10", "r8", "r9", "rbx", "r12", "r13", "r14",
		  "r15", "rcx", "r11", "memory");
	is(result, getpid(), "a system call in assembly");
	is(bad, 0, "keeps all registers but rax, rcx and r11");
}

static void
reports(void)
{
	static struct pageinfo info;
	static struct psinfo p;

	fails(pageinfo(999999, NULL, &info), ESRCH, "pageinfo of nobody");
	fails(psinfo(999999, &p), ESRCH, "psinfo after the last process");
	fails(pageinfo(0, (void *)0x7ffffffff000, &info), ENOENT,
	      "pageinfo above the last region");
	need(pageinfo(0, NULL, &info) == 0, "pageinfo");
	ok(info.region_start > 0 && !info.present && info.depth <= 4,
	   "pageinfo of a hole tells the next region");
	need(psinfo(getpid(), &p) == 0, "psinfo");
	is_string(p.name, "identity", "psinfo knows our name");
	ok(p.ppid == getppid() && p.state == 'R' && p.pages > 3 &&
		   p.tables >= 4 && p.faults > 3 && p.regions > 3,
	   "and our size");
}

int
main(void)
{
	never_fail();
	the_system();
	randomness();
	unknown();
	registers();
	reports();
	return done();
}
