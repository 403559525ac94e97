/*
 * What C libraries ask at their start, and the answers they can live with.
 */
#include <sys/syscall.h>

#include "pages.h"

/* Linux's numbers, whatever <sys/syscall.h> names. */
enum {
	SET_ROBUST_LIST = 273,
	PRLIMIT64 = 302,
	RSEQ = 334,
	DATA = 2,
	STACK = 3,
	NOFILE = 7,
	AS = 9,
};

static uint64_t limit[2];

static long
ask(long pid, long resource, const void *new, void *old)
{
	errno = 0;
	return syscall(PRLIMIT64, pid, resource, new, old);
}

static void
set(long resource, uint64_t now)
{
	limit[0] = now;
	limit[1] = UINT64_MAX;
	need(ask(0, resource, limit, NULL) == 0, "prlimit64");
}

/* In a child: what the limits leave of memory. */
static int
within_limits(void *none)
{
	static struct psinfo ps;
	char *p;

	(void)none;
	set(AS, 64 << 20);
	need(psinfo(getpid(), &ps) == 0, "psinfo");
	p = mmap(NULL, 40 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED ||
	    mmap(NULL, 40 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0) != MAP_FAILED ||
	    errno != ENOMEM)
		return 1;
	/* What is replaced does not count twice. */
	if (mmap(p, 40 << 20, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p)
		return 2;
	if (syscall(SYS_mremap, p, 40 << 20, 80 << 20, 1) != -1)
		return 3;
	set(DATA, 8 << 20);
	if (mprotect(p, 16 << 20, PROT_READ | PROT_WRITE) == 0 ||
	    errno != ENOMEM || mprotect(p, 1 << 20, PROT_READ | PROT_WRITE))
		return 4;
	if (sbrk(16 << 20) != (void *)-1 || sbrk(1 << 20) == (void *)-1)
		return 5;
	return 0;
}

/* Runs itself again: exec keeps limits, and the new stack is as large. */
static int
small_stack(void *none)
{
	static char self[] = "/test/limits", word[] = "small";
	char *const again[] = {self, word, NULL};

	(void)none;
	set(STACK, 1 << 20);
	execve(self, again, environ);
	return 99;
}

static int
is_small(void)
{
	static struct pageinfo info;

	need(ask(0, STACK, NULL, limit) == 0, "prlimit64");
	info = page_of(0, __builtin_frame_address(0));
	return limit[0] == 1 << 20 &&
			       info.region_end - info.region_start == 1 << 20
		       ? 0
		       : 1;
}

/* A lower limit takes from the stack what was never touched. */
static int
cut_stack(void *none)
{
	char *here = __builtin_frame_address(0);

	(void)none;
	set(STACK, 512 << 10);
	*(volatile char *)(here - (256 << 10)) = 1;
	*(volatile char *)(here - (1 << 20)) = 1;
	return 0;
}

static int
many_arguments(void *none)
{
	static char self[] = "/test/limits", word[100 << 10];
	char *const again[] = {self, word, word, NULL};

	(void)none;
	memset(word, 'x', sizeof(word) - 1);
	set(STACK, 256 << 10);
	execve(self, again, environ);
	return errno == E2BIG ? 0 : 1;
}

int
main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return is_small();
	is(ask(0, STACK, NULL, limit), 0, "the limit of the stack");
	is(limit[0], 8 * 1024 * 1024, "is the size of its region");
	is(ask(0, NOFILE, NULL, limit), 0, "the limit of descriptors");
	is(limit[0], 1024, "is 1024");
	is(ask(0, 16, NULL, limit) == -1 ? errno : 0, EINVAL, "no such limit");
	is(ask(99999, STACK, NULL, limit) == -1 ? errno : 0, ESRCH,
	   "no such process");
	is(ask(0, STACK, NULL, (void *)8) == -1 ? errno : 0, EFAULT,
	   "a bad pointer");
	is(syscall(SET_ROBUST_LIST, limit, 24), 0, "set_robust_list");
	is(syscall(SET_ROBUST_LIST, limit, 23) == -1 ? errno : 0, EINVAL,
	   "of a wrong size");
	is(syscall(RSEQ, limit, 32, 0, 0) == -1 ? errno : 0, ENOSYS,
	   "rseq is not there, as it may be");
	is(ending(run(within_limits, NULL)), 0,
	   "memory is limited by RLIMIT_AS and RLIMIT_DATA");
	is(ending(run(small_stack, NULL)), 0, "exec keeps limits");
	is(ending(run(cut_stack, NULL)), 1000 + SIGSEGV,
	   "a stack ends where its new limit says");
	is(ending(run(many_arguments, NULL)), 0,
	   "arguments take a quarter of the stack at most");
	return done();
}
