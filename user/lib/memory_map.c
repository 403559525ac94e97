/*
 * System calls on memory: the boundary of the heap, mappings, and Quire's own
 * view of pages and frames.
 *
 * Owns: the boundary, where the kernel has only Linux's brk.
 */
#include <errno.h>
#include <quire.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libc.h"

/*
 * Moves the end of the heap by delta. => its old end, or (void *)-1 and ENOMEM.
 * The contents between are frames only once touched. Linux has no such call but
 * one that sets the end, and answers with the end that is.
 */
void *
sbrk(intptr_t delta)
{
	long answer = kernel(QUIRE_SBRK, delta);
	uintptr_t old;

	if (answer != -ENOSYS)
		return (void *)__result(answer);
	old = (uintptr_t)kernel(SYS_brk, 0);
	if (brk((void *)(old + (uintptr_t)delta)) < 0)
		return (void *)-1;
	return (void *)old;
}

int
brk(void *end)
{
	if (kernel(SYS_brk, end) == (long)end)
		return 0;
	errno = ENOMEM;
	return -1;
}

void *
mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	return (void *)__result(
		kernel(SYS_mmap, addr, length, prot, flags, fd, offset));
}

int
munmap(void *addr, size_t length)
{
	return call(SYS_munmap, addr, length);
}

int
mprotect(void *addr, size_t length, int prot)
{
	return call(SYS_mprotect, addr, length, prot);
}

int
madvise(void *addr, size_t length, int advice)
{
	return call(SYS_madvise, addr, length, advice);
}

int
msync(void *addr, size_t length, int flags)
{
	return call(SYS_msync, addr, length, flags);
}

/* The new address is there only if the flags want it. */
void *
mremap(void *old, size_t old_length, size_t length, int flags, ...)
{
	void *to = NULL;

	if (flags & MREMAP_FIXED) {
		va_list args;

		va_start(args, flags);
		to = va_arg(args, void *);
		va_end(args);
	}
	return (void *)__result(
		kernel(SYS_mremap, old, old_length, length, flags, to));
}

int
mincore(void *addr, size_t length, unsigned char *resident)
{
	return call(SYS_mincore, addr, length, resident);
}

int
mlock(const void *addr, size_t length)
{
	return call(SYS_mlock, addr, length);
}

int
munlock(const void *addr, size_t length)
{
	return call(SYS_munlock, addr, length);
}

int
mlockall(int flags)
{
	return call(SYS_mlockall, flags);
}

int
munlockall(void)
{
	return call(SYS_munlockall);
}

int
memfd_create(const char *name, unsigned flags)
{
	return call(SYS_memfd_create, name, flags);
}

int
pageinfo(pid_t pid, const void *addr, struct pageinfo *info)
{
	return call(QUIRE_PAGEINFO, pid, addr, info);
}

int
psinfo(pid_t pid, struct psinfo *info)
{
	return call(QUIRE_PSINFO, pid, info);
}

int
meminfo(struct meminfo *info)
{
	return call(QUIRE_MEMINFO, info);
}

int
quire_audit(void)
{
	return call(QUIRE_AUDIT);
}

long
fail_nth(unsigned long n, int mode)
{
	return __result(kernel(QUIRE_FAIL_NTH, n, mode));
}
