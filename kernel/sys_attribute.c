/*
 * System calls that change what is known of a file: its size, permissions,
 * owner and times. The owner means nothing, since everybody is root, but is
 * kept.
 */
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "mm/user.h"

enum {
	UTIME_NOW = 0x3fffffff,	 /* as nanoseconds: the current time, */
	UTIME_OMIT = 0x3ffffffe, /* or the old one */
	AT_KNOWN = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH,
};

#define CWD ((uint64_t)AT_FDCWD)

long
sys_truncate(vaddr_t name, uint64_t size)
{
	struct inode *inode;
	int error;

	if (size > INT64_MAX)
		return -EINVAL;
	error = path_find(CWD, name, 0, &inode);
	if (error)
		return error;
	if (inode_is_directory(inode))
		return -EISDIR;
	if (!inode_is_regular(inode))
		return -EINVAL;
	error = inode_may_write(inode);
	return error ? error : inode_resize(inode, size);
}

long
sys_ftruncate(uint64_t fd, uint64_t size)
{
	struct file *f = files_get(process_current()->files, fd);

	if (size > INT64_MAX)
		return -EINVAL;
	if (!f)
		return -EBADF;
	if (!file_writable(f) || !inode_is_regular(f->inode))
		return -EINVAL;
	return inode_resize(f->inode, size);
}

long
sys_fchmodat2(uint64_t dirfd, vaddr_t name, uint64_t mode, uint64_t flags)
{
	struct inode *inode;
	int error;

	if ((uint32_t)flags & ~(uint32_t)AT_KNOWN)
		return -EINVAL;
	error = path_find(dirfd, name, flags, &inode);
	if (error)
		return error;
	if (inode->target)
		return -EOPNOTSUPP;
	inode->mode = (inode->mode & S_IFMT) | ((uint32_t)mode & S_PERMISSIONS);
	inode->ctime = inode_now();
	return 0;
}

/* A file that is given away runs with its owner's rights no longer. */
long
sys_fchownat(uint64_t dirfd, vaddr_t name, uint64_t uid, uint64_t gid,
	     uint64_t flags)
{
	struct inode *inode;
	int error;

	if ((uint32_t)flags & ~(uint32_t)AT_KNOWN)
		return -EINVAL;
	error = path_find(dirfd, name, flags, &inode);
	if (error)
		return error;
	if ((uint32_t)uid != UINT32_MAX)
		inode->uid = (uint32_t)uid;
	if ((uint32_t)gid != UINT32_MAX)
		inode->gid = (uint32_t)gid;
	if (inode_is_regular(inode))
		inode->mode &=
			~(uint32_t)(inode->mode & S_IXGRP ? S_ISUID | S_ISGID
							  : S_ISUID);
	inode->ctime = inode_now();
	return 0;
}

/* One time of utimensat(2). Beyond what fits, the last that does. */
static void
set_time(int64_t *time, const struct linux_timespec *t, int64_t now)
{
	int64_t ns;

	if (t->nanoseconds == UTIME_OMIT)
		return;
	if (t->nanoseconds == UTIME_NOW)
		*time = now;
	else if (__builtin_mul_overflow(t->seconds, (int64_t)NS_PER_SECOND,
					&ns) ||
		 __builtin_add_overflow(ns, t->nanoseconds, time))
		*time = t->seconds < 0 ? INT64_MIN : INT64_MAX;
}

/* t: of access and of modification. */
static long
set_times(uint64_t dirfd, vaddr_t name, const struct linux_timespec t[2],
	  uint64_t flags)
{
	struct inode *inode;
	int error;

	if (t[0].nanoseconds == UTIME_OMIT && t[1].nanoseconds == UTIME_OMIT)
		return 0;
	error = path_find(dirfd, name, flags, &inode);
	if (error)
		return error;
	inode->ctime = inode_now();
	set_time(&inode->atime, &t[0], inode->ctime);
	set_time(&inode->mtime, &t[1], inode->ctime);
	return 0;
}

static bool
nanoseconds_ok(int64_t ns)
{
	return ns == UTIME_NOW || ns == UTIME_OMIT ||
	       (uint64_t)ns < NS_PER_SECOND;
}

long
sys_utimensat(uint64_t dirfd, vaddr_t name, vaddr_t times, uint64_t flags)
{
	struct linux_timespec t[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	int error;

	if (times) {
		error = user_get(process_current()->space, t, times, sizeof(t));
		if (error)
			return error;
	}
	if (!nanoseconds_ok(t[0].nanoseconds) ||
	    !nanoseconds_ok(t[1].nanoseconds) ||
	    (uint32_t)flags & ~(uint32_t)AT_KNOWN ||
	    (!name && (uint32_t)flags && (int32_t)dirfd != AT_FDCWD))
		return -EINVAL;
	if (!name && (int32_t)dirfd != AT_FDCWD)
		flags = AT_DESCRIPTOR;
	return set_times(dirfd, name, t, flags);
}

/* The same with microseconds. */
long
sys_futimesat(uint64_t dirfd, vaddr_t name, vaddr_t times)
{
	struct linux_timespec t[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	struct linux_timeval from[2];
	int error;

	if (!times)
		return sys_utimensat(dirfd, name, 0, 0);
	error = user_get(process_current()->space, from, times, sizeof(from));
	if (error)
		return error;
	for (int i = 0; i < 2; i++) {
		if ((uint64_t)from[i].microseconds >= 1000000)
			return -EINVAL;
		t[i].seconds = from[i].seconds;
		t[i].nanoseconds = from[i].microseconds * 1000;
	}
	if (!name && (int32_t)dirfd != AT_FDCWD)
		return set_times(dirfd, 0, t, AT_DESCRIPTOR);
	return set_times(dirfd, name, t, 0);
}

/* And with seconds only. */
long
sys_utime(vaddr_t name, vaddr_t times)
{
	struct linux_timespec t[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	int64_t from[2];
	int error;

	if (!times)
		return set_times(CWD, name, t, 0);
	error = user_get(process_current()->space, from, times, sizeof(from));
	if (error)
		return error;
	for (int i = 0; i < 2; i++)
		t[i] = (struct linux_timespec){from[i], 0};
	return set_times(CWD, name, t, 0);
}
