/*
 * System calls on descriptors: close, lseek, dup, fcntl, ioctl.
 */
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	SEEK_SET = 0,
	SEEK_CUR = 1,
	SEEK_END = 2,

	F_DUPFD = 0,
	F_GETFD = 1,
	F_SETFD = 2,
	F_GETFL = 3,
	F_SETFL = 4,
	F_DUPFD_CLOEXEC = 1030,
	F_GETPIPE_SZ = 1032,
	FD_CLOEXEC = 1,

	FADVISE_MAX = 5,
};

static struct file *
get(uint64_t fd)
{
	return files_get(process_current()->files, fd);
}

long
sys_close(uint64_t fd)
{
	struct files *files = process_current()->files;

	if (!files_find(files, fd))
		return -EBADF;
	files_close(files, (uint32_t)fd);
	return 0;
}

/* Where an offset counts from. => -EINVAL: directories have no end */
static int64_t
seek_base(const struct file *f, uint64_t whence)
{
	switch ((uint32_t)whence) {
	case SEEK_SET:
		return 0;
	case SEEK_CUR:
		return (int64_t)f->offset;
	default:
		if (f->inode->store)
			return (int64_t)f->inode->store->size;
		return -EINVAL;
	}
}

long
sys_lseek(uint64_t fd, uint64_t offset, uint64_t whence)
{
	struct file *f = get(fd);
	int64_t base, place;

	if (!f)
		return -EBADF;
	if ((uint32_t)whence > SEEK_END)
		return -EINVAL;
	if (f->inode->ops->stream)
		return -ESPIPE;
	/* The other devices have no places, but do not mind being asked. */
	if ((f->inode->mode & S_IFMT) == S_IFCHR)
		return 0;
	base = seek_base(f, whence);
	if (base < 0)
		return base;
	if (__builtin_add_overflow(base, (int64_t)offset, &place) || place < 0)
		return -EINVAL;
	f->offset = (uint64_t)place;
	return place;
}

/* A second descriptor for f: the lowest free one from `lowest`. */
static long
duplicate(struct file *f, uint64_t lowest, bool cloexec)
{
	struct files *files = process_current()->files;
	int fd = files_reserve(files, lowest);

	if (fd < 0)
		return fd;
	file_get(f);
	files_set(files, (uint32_t)fd, f, cloexec);
	return fd;
}

/* The same at exactly fd. */
static long
duplicate_at(struct file *f, uint64_t fd, bool cloexec)
{
	struct files *files = process_current()->files;
	uint32_t n = (uint32_t)fd;
	int error;

	if (n >= files_limit())
		return -EBADF;
	error = files_reserve_at(files, n);
	if (error)
		return error;
	file_get(f);
	files_set(files, n, f, cloexec);
	return n;
}

long
sys_dup(uint64_t fd)
{
	struct file *f = files_find(process_current()->files, fd);

	return f ? duplicate(f, 0, false) : -EBADF;
}

long
sys_dup2(uint64_t old, uint64_t wanted)
{
	struct file *f = files_find(process_current()->files, old);

	if (!f)
		return -EBADF;
	if ((uint32_t)old == (uint32_t)wanted)
		return (uint32_t)wanted;
	return duplicate_at(f, wanted, false);
}

long
sys_dup3(uint64_t old, uint64_t wanted, uint64_t flags)
{
	struct file *f = files_find(process_current()->files, old);

	if ((uint32_t)flags & ~(uint32_t)O_CLOEXEC ||
	    (uint32_t)old == (uint32_t)wanted)
		return -EINVAL;
	return f ? duplicate_at(f, wanted, flags & O_CLOEXEC) : -EBADF;
}

long
sys_fcntl(uint64_t fd, uint64_t command, uint64_t arg)
{
	static const uint32_t changeable = O_APPEND | O_NONBLOCK;
	struct files *files = process_current()->files;
	struct file *f = files_find(files, fd);

	if (!f)
		return -EBADF;
	switch ((uint32_t)command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if ((uint32_t)arg >= files_limit())
			return -EINVAL;
		return duplicate(f, (uint32_t)arg,
				 (uint32_t)command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return files_cloexec(files, (uint32_t)fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		files_set_cloexec(files, (uint32_t)fd, arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return f->flags;
	case F_SETFL:
		if (f->flags & O_PATH)
			return -EBADF;
		f->flags =
			(f->flags & ~changeable) | ((uint32_t)arg & changeable);
		return 0;
	case F_GETPIPE_SZ:
		return f->inode->pipe ? PIPE_SIZE : -EBADF;
	default:
		return -EINVAL;
	}
}

static long
set_nonblocking(struct file *f, vaddr_t arg)
{
	int32_t on;
	int error = user_get(process_current()->space, &on, arg, sizeof(on));

	if (!error)
		f->flags = (f->flags & ~(uint32_t)O_NONBLOCK) |
			   (on ? O_NONBLOCK : 0);
	return error;
}

/* How many bytes of a regular file are still to be read. */
static long
put_rest(const struct file *f, vaddr_t arg)
{
	int32_t rest = (int32_t)(f->inode->store->size - f->offset);

	return user_put(process_current()->space, arg, &rest, sizeof(rest));
}

long
sys_ioctl(uint64_t fd, uint64_t request, vaddr_t arg)
{
	struct files *files = process_current()->files;
	struct file *f = get(fd);

	if (!f)
		return -EBADF;
	switch ((uint32_t)request) {
	case FIOCLEX:
	case FIONCLEX:
		files_set_cloexec(files, (uint32_t)fd,
				  (uint32_t)request == FIOCLEX);
		return 0;
	case FIONBIO:
		return set_nonblocking(f, arg);
	case FIONREAD:
		if (f->inode->store)
			return put_rest(f, arg);
		break;
	}
	if (!f->inode->ops->ioctl)
		return -ENOTTY;
	return f->inode->ops->ioctl(f, request, arg);
}

/* Contents live in memory: there is nowhere to write them to. */
long
sys_fsync(uint64_t fd)
{
	struct file *f = get(fd);

	if (!f)
		return -EBADF;
	return inode_is_regular(f->inode) || inode_is_directory(f->inode)
		       ? 0
		       : -EINVAL;
}

long
sys_sync(void)
{
	return 0;
}

long
sys_syncfs(uint64_t fd)
{
	return get(fd) ? 0 : -EBADF;
}

/* Advice about reads to come, which cost nothing here. */
long
sys_fadvise64(uint64_t fd, uint64_t offset, size_t len, uint64_t advice)
{
	struct file *f = get(fd);

	(void)offset, (void)len;
	if (!f)
		return -EBADF;
	if (f->inode->pipe)
		return -ESPIPE;
	return (uint32_t)advice > FADVISE_MAX ? -EINVAL : 0;
}
