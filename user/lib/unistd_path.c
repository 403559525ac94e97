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
#include <unistd.h>

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
