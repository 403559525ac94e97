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
	STACK = 3,
	NOFILE = 7,
};

static uint64_t limit[2];

static long
ask(long pid, long resource, const void *new, void *old)
{
	errno = 0;
	return syscall(PRLIMIT64, pid, resource, new, old);
}

int
main(void)
{
	is(ask(0, STACK, NULL, limit), 0, "the limit of the stack");
	is(limit[0], 8 * 1024 * 1024, "is the size of its region");
	is(ask(0, NOFILE, NULL, limit), 0, "the limit of descriptors");
	is(limit[0], 1024, "is 1024");
	is(ask(0, 16, NULL, limit) == -1 ? errno : 0, EINVAL, "no such limit");
	is(ask(99999, STACK, NULL, limit) == -1 ? errno : 0, ESRCH,
	   "no such process");
	is(ask(0, STACK, limit, NULL) == -1 ? errno : 0, EPERM,
	   "limits cannot be changed");
	is(ask(0, STACK, NULL, (void *)8) == -1 ? errno : 0, EFAULT,
	   "a bad pointer");
	is(syscall(SET_ROBUST_LIST, limit, 24), 0, "set_robust_list");
	is(syscall(SET_ROBUST_LIST, limit, 23) == -1 ? errno : 0, EINVAL,
	   "of a wrong size");
	is(syscall(RSEQ, limit, 32, 0, 0) == -1 ? errno : 0, ENOSYS,
	   "rseq is not there, as it may be");
	return done();
}
