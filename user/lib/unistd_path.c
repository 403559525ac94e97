/*
 * System calls on names of files.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "libc.h"

int
stat(const char *restrict path, struct stat *restrict st)
{
	return call(SYS_stat, path, st);
}

int
lstat(const char *restrict path, struct stat *restrict st)
{
	return call(SYS_lstat, path, st);
}

int
fstatat(int dir, const char *restrict path, struct stat *restrict st, int flags)
{
	return call(SYS_newfstatat, dir, path, st, flags);
}

int
access(const char *path, int mode)
{
	return call(SYS_access, path, mode);
}

int
chmod(const char *path, mode_t mode)
{
	return call(SYS_chmod, path, mode);
}

int
chown(const char *path, uid_t owner, gid_t group)
{
	return call(SYS_chown, path, owner, group);
}

mode_t
umask(mode_t mask)
{
	return (mode_t)kernel(SYS_umask, mask);
}

int
chdir(const char *path)
{
	return call(SYS_chdir, path);
}

int
mkdir(const char *path, mode_t mode)
{
	return call(SYS_mkdir, path, mode);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	return call(SYS_mkdirat, dir, path, mode);
}

int
mknod(const char *path, mode_t mode, dev_t device)
{
	return call(SYS_mknod, path, mode, device);
}

int
mkfifo(const char *path, mode_t mode)
{
	return mknod(path, mode | S_IFIFO, 0);
}

int
rmdir(const char *path)
{
	return call(SYS_rmdir, path);
}

int
link(const char *from, const char *to)
{
	return call(SYS_link, from, to);
}

int
symlink(const char *to, const char *path)
{
	return call(SYS_symlink, to, path);
}

ssize_t
readlink(const char *restrict path, char *restrict s, size_t size)
{
	return __result(kernel(SYS_readlink, path, s, size));
}

int
unlink(const char *path)
{
	return call(SYS_unlink, path);
}

int
unlinkat(int dir, const char *path, int flags)
{
	return call(SYS_unlinkat, dir, path, flags);
}

int
rename(const char *from, const char *to)
{
	return call(SYS_rename, from, to);
}

/* A file or an empty directory. ISO C 7.21.4.1, POSIX */
int
remove(const char *path)
{
	long error = kernel(SYS_unlink, path);

	if (error == -EISDIR || error == -EPERM)
		error = kernel(SYS_rmdir, path);
	return (int)__result(error);
}

int
truncate(const char *path, off_t length)
{
	return call(SYS_truncate, path, length);
}

void
sync(void)
{
	kernel(SYS_sync);
}

/* getcwd(NULL, 0) allocates. */
char *
getcwd(char *s, size_t size)
{
	char *path = s;

	if (!s && size == 0)
		size = PATH_MAX;
	if (!s && !(path = malloc(size)))
		return NULL;
	if (call(SYS_getcwd, path, size) >= 0)
		return path;
	if (!s)
		free(path);
	return NULL;
}

int
faccessat(int dir, const char *path, int mode, int flags)
{
	if (flags)
		return call(SYS_faccessat2, dir, path, mode, flags);
	return call(SYS_faccessat, dir, path, mode);
}

int
fchmodat(int dir, const char *path, mode_t mode, int flags)
{
	if (flags) {
		errno = flags & ~AT_SYMLINK_NOFOLLOW ? EINVAL : ENOTSUP;
		return -1;
	}
	return call(SYS_fchmodat, dir, path, mode);
}

int
lchown(const char *path, uid_t owner, gid_t group)
{
	return call(SYS_lchown, path, owner, group);
}

int
fchownat(int dir, const char *path, uid_t owner, gid_t group, int flags)
{
	return call(SYS_fchownat, dir, path, owner, group, flags);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return call(SYS_linkat, from_dir, from, to_dir, to, flags);
}

int
symlinkat(const char *to, int dir, const char *path)
{
	return call(SYS_symlinkat, to, dir, path);
}

ssize_t
readlinkat(int dir, const char *restrict path, char *restrict s, size_t size)
{
	return __result(kernel(SYS_readlinkat, dir, path, s, size));
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return call(SYS_renameat, from_dir, from, to_dir, to);
}

int
renameat2(int from_dir, const char *from, int to_dir, const char *to,
	  unsigned flags)
{
	return call(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int
statx(int dir, const char *restrict path, int flags, unsigned mask,
      struct statx *restrict st)
{
	return call(SYS_statx, dir, path, flags, mask, st);
}

int
statfs(const char *path, struct statfs *st)
{
	return call(SYS_statfs, path, st);
}

int
utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
	return call(SYS_utimensat, dir, path, times, flags);
}

int
utime(const char *path, const struct utimbuf *times)
{
	return call(SYS_utime, path, times);
}

int
futimesat(int dir, const char *path, const struct timeval times[2])
{
	return call(SYS_futimesat, dir, path, times);
}

int
utimes(const char *path, const struct timeval times[2])
{
	return call(SYS_utimes, path, times);
}

long
pathconf(const char *path, int name)
{
	(void)path;
	return fpathconf(-1, name);
}

/* Where the path ends after all links, in memory from malloc if resolved is
 * NULL. The kernel knows: it is the name of an open descriptor. */
char *
realpath(const char *restrict path, char *restrict resolved)
{
	char link[40], *to = resolved;
	int fd = open(path, O_PATH | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!to)
		to = malloc(PATH_MAX);
	n = to ? readlink(link, to, PATH_MAX - 1) : -1;
	close(fd);
	if (n >= 0) {
		to[n] = '\0';
		return to;
	}
	if (!resolved)
		free(to);
	return NULL;
}
