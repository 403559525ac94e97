/*
 * System calls on files and descriptors: one line each.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "libc.h"

ssize_t
read(int fd, void *data, size_t n)
{
	return __result(kernel_sleep(SYS_read, fd, data, n));
}

ssize_t
write(int fd, const void *data, size_t n)
{
	return __result(kernel_sleep(SYS_write, fd, data, n));
}

ssize_t
pread(int fd, void *data, size_t n, off_t offset)
{
	return __result(kernel_sleep(SYS_pread64, fd, data, n, offset));
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t offset)
{
	return __result(kernel_sleep(SYS_pwrite64, fd, data, n, offset));
}

ssize_t
readv(int fd, const struct iovec *iov, int count)
{
	return __result(kernel_sleep(SYS_readv, fd, iov, count));
}

ssize_t
writev(int fd, const struct iovec *iov, int count)
{
	return __result(kernel_sleep(SYS_writev, fd, iov, count));
}

/* The offset in two halves, of which x86-64 uses the first. */
ssize_t
preadv(int fd, const struct iovec *iov, int count, off_t offset)
{
	return __result(kernel_sleep(SYS_preadv, fd, iov, count, offset, 0));
}

ssize_t
pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
	return __result(kernel_sleep(SYS_pwritev, fd, iov, count, offset, 0));
}

off_t
lseek(int fd, off_t offset, int whence)
{
	return __result(kernel(SYS_lseek, fd, offset, whence));
}

/* The mode is there only if a file may be made. */
int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_list args;

		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return call_sleep(SYS_open, path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_list args;

		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return call_sleep(SYS_openat, dir, path, flags, mode);
}

int
creat(const char *path, mode_t mode)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int
close(int fd)
{
	return call(SYS_close, fd);
}

int
fcntl(int fd, int command, ...)
{
	va_list args;
	long value;

	va_start(args, command);
	value = va_arg(args, long);
	va_end(args);
	return call_sleep(SYS_fcntl, fd, command, value);
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *value;

	va_start(args, request);
	value = va_arg(args, void *);
	va_end(args);
	return call(SYS_ioctl, fd, request, value);
}

int
dup(int fd)
{
	return call(SYS_dup, fd);
}

int
dup2(int fd, int to)
{
	return call(SYS_dup2, fd, to);
}

int
dup3(int fd, int to, int flags)
{
	return call(SYS_dup3, fd, to, flags);
}

int
pipe(int fds[2])
{
	return call(SYS_pipe, fds);
}

int
pipe2(int fds[2], int flags)
{
	return call(SYS_pipe2, fds, flags);
}

int
fsync(int fd)
{
	return call_sleep(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t length)
{
	return call(SYS_ftruncate, fd, length);
}

int
fstat(int fd, struct stat *st)
{
	return call(SYS_fstat, fd, st);
}

int
fchmod(int fd, mode_t mode)
{
	return call(SYS_fchmod, fd, mode);
}

int
fchdir(int fd)
{
	return call(SYS_fchdir, fd);
}

int
isatty(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0;
}

int
fdatasync(int fd)
{
	return call(SYS_fdatasync, fd);
}

int
syncfs(int fd)
{
	return call(SYS_syncfs, fd);
}

/* => the error number itself. POSIX */
int
posix_fadvise(int fd, off_t offset, off_t length, int advice)
{
	return (int)-kernel(SYS_fadvise64, fd, offset, length, advice);
}

int
fchown(int fd, uid_t owner, gid_t group)
{
	return call(SYS_fchown, fd, owner, group);
}

int
fstatfs(int fd, struct statfs *st)
{
	return call(SYS_fstatfs, fd, st);
}

int
futimens(int fd, const struct timespec times[2])
{
	return call(SYS_utimensat, fd, NULL, times, 0);
}

ssize_t
sendfile(int to, int from, off_t *offset, size_t n)
{
	return __result(kernel(SYS_sendfile, to, from, offset, n));
}

ssize_t
copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
		size_t n, unsigned flags)
{
	return __result(kernel(SYS_copy_file_range, from, from_offset, to,
			       to_offset, n, flags));
}

long
fpathconf(int fd, int name)
{
	(void)fd;
	switch (name) {
	case _PC_LINK_MAX:
		return 127;
	case _PC_NAME_MAX:
		return NAME_MAX;
	case _PC_PATH_MAX:
		return PATH_MAX;
	case _PC_PIPE_BUF:
		return PIPE_BUF;
	}
	errno = EINVAL;
	return -1;
}
