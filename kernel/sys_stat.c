/*
 * System calls that ask about files and directories, or change where the
 * process is.
 */
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "mm/frame.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	X_OK = 1,
	W_OK = 2,
	R_OK = 4,

	STAT_BLOCK = 512,  /* the unit of st_blocks */
	DEVICE_NUMBER = 1, /* st_dev: there is one file system */

	STATX_BASIC = 0x7ff,	  /* stx_mask: what there is in struct stat */
	STATX_SYNC_TYPE = 0x6000, /* of the flags */
	TMPFS_MAGIC = 0x01021994, /* f_type: it lives in memory */
};

#define STATX_RESERVED 0x80000000u

/* The fixed part of struct linux_dirent64; the name follows. */
struct dirent {
	uint64_t ino;
	uint64_t next; /* cursor of the entry that comes after */
	uint16_t len;  /* of the record: a multiple of 8 */
	uint8_t type;  /* the type bits of the mode */
} PACKED;

enum {
	DIRENT_ALIGN = 8,
	DIRENT_MAX = sizeof(struct dirent) + NAME_LENGTH + DIRENT_ALIGN,
};

static uint64_t
size_of(const struct inode *inode)
{
	return inode->store    ? inode->store->size
	       : inode->target ? strlen(inode->target)
			       : 0;
}

/* Before 1970 the seconds are negative, the rest is not. */
static struct linux_timespec
time_of(int64_t ns)
{
	const int64_t second = NS_PER_SECOND;
	int64_t rest = ns % second;

	return (struct linux_timespec){
		.seconds = ns / second - (rest < 0),
		.nanoseconds = rest < 0 ? rest + second : rest,
	};
}

static long
put_stat(const struct inode *inode, vaddr_t to)
{
	uint64_t size = size_of(inode);
	struct linux_stat st = {
		.dev = DEVICE_NUMBER,
		.ino = inode->ino,
		.nlink = inode->nlink,
		.mode = inode->mode,
		.uid = inode->uid,
		.gid = inode->gid,
		.rdev = inode->rdev,
		.size = size,
		.blksize = PAGE_SIZE,
		.blocks = size / STAT_BLOCK + (size % STAT_BLOCK > 0),
		.atime = time_of(inode->atime),
		.mtime = time_of(inode->mtime),
		.ctime = time_of(inode->ctime),
	};

	return user_put(process_current()->space, to, &st, sizeof(st));
}

long
sys_newfstatat(uint64_t dirfd, vaddr_t name, vaddr_t to, uint64_t flags)
{
	static const uint32_t known =
		AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
	struct inode *inode;
	int error;

	if ((uint32_t)flags & ~known)
		return -EINVAL;
	error = path_find(dirfd, name, flags, &inode);
	return error ? error : put_stat(inode, to);
}

static struct linux_statx_time
statx_time_of(int64_t ns)
{
	struct linux_timespec t = time_of(ns);

	return (struct linux_statx_time){
		.seconds = t.seconds,
		.nanoseconds = (uint32_t)t.nanoseconds,
	};
}

static long
put_statx(const struct inode *inode, vaddr_t to)
{
	uint64_t size = size_of(inode);
	struct linux_statx st = {
		.mask = STATX_BASIC,
		.blksize = PAGE_SIZE,
		.nlink = inode->nlink,
		.uid = inode->uid,
		.gid = inode->gid,
		.mode = (uint16_t)inode->mode,
		.ino = inode->ino,
		.size = size,
		.blocks = size / STAT_BLOCK + (size % STAT_BLOCK > 0),
		.atime = statx_time_of(inode->atime),
		.ctime = statx_time_of(inode->ctime),
		.mtime = statx_time_of(inode->mtime),
		.rdev_major = (uint32_t)inode->rdev >> 8,
		.rdev_minor = (uint32_t)inode->rdev & 0xff,
		.dev_minor = DEVICE_NUMBER,
	};

	return user_put(process_current()->space, to, &st, sizeof(st));
}

long
sys_statx(uint64_t dirfd, vaddr_t name, uint64_t flags, uint64_t mask,
	  vaddr_t to)
{
	static const uint32_t known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT |
				      AT_EMPTY_PATH | STATX_SYNC_TYPE;
	struct inode *inode;
	int error;

	if ((uint32_t)mask & STATX_RESERVED || (uint32_t)flags & ~known ||
	    (flags & STATX_SYNC_TYPE) == STATX_SYNC_TYPE)
		return -EINVAL;
	error = path_find(dirfd, name, flags, &inode);
	return error ? error : put_statx(inode, to);
}

static long
put_statfs(vaddr_t to)
{
	uint64_t free = frame_count(FRAME_FREE), all = 0;
	struct linux_statfs st = {
		.type = TMPFS_MAGIC,
		.bsize = PAGE_SIZE,
		.frsize = PAGE_SIZE,
		.bfree = free,
		.bavail = free,
		.namelen = NAME_LENGTH,
	};

	for (int kind = 0; kind < FRAME_KINDS; kind++)
		all += frame_count((enum frame_kind)kind);
	st.blocks = all;
	return user_put(process_current()->space, to, &st, sizeof(st));
}

long
sys_statfs(vaddr_t name, vaddr_t to)
{
	struct inode *inode;
	int error = path_find((uint64_t)AT_FDCWD, name, 0, &inode);

	return error ? error : put_statfs(to);
}

long
sys_fstatfs(uint64_t fd, vaddr_t to)
{
	return files_find(process_current()->files, fd) ? put_statfs(to)
							: -EBADF;
}

/* Root may read and write everything, and run what anybody may run. */
long
sys_faccessat2(uint64_t dirfd, vaddr_t name, uint64_t mode, uint64_t flags)
{
	static const uint32_t known =
		AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
	struct inode *inode;
	int error;

	if ((uint32_t)mode & ~(uint32_t)(R_OK | W_OK | X_OK) ||
	    (uint32_t)flags & ~known)
		return -EINVAL;
	error = path_find(dirfd, name, flags, &inode);
	if (!error && mode & X_OK && !inode_is_directory(inode) &&
	    !(inode->mode & S_ANY_EXEC))
		error = -EACCES;
	return error;
}

long
sys_readlinkat(uint64_t dirfd, vaddr_t name, vaddr_t to, size_t size)
{
	uint64_t flags = AT_SYMLINK_NOFOLLOW;
	struct inode *inode;
	int error, empty;
	size_t len;

	if ((int32_t)size <= 0)
		return -EINVAL;
	error = empty = path_find(dirfd, name, flags, &inode);
	if (error == -ENOENT) /* it may be the empty path */
		error = path_find(dirfd, name, flags | AT_EMPTY_PATH, &inode);
	if (error)
		return error;
	if (!inode->target)
		return empty ? empty : -EINVAL;
	inode_accessed(inode);
	len = min_u64(strlen(inode->target), (uint32_t)size);
	error = user_put(process_current()->space, to, inode->target, len);
	return error ? error : (long)len;
}

static int
change_directory(struct inode *dir)
{
	struct process *p = process_current();

	if (!inode_is_directory(dir))
		return -ENOTDIR;
	inode_get(dir);
	inode_put(p->cwd);
	p->cwd = dir;
	return 0;
}

long
sys_chdir(vaddr_t name)
{
	struct inode *inode;
	int error = path_find((uint64_t)AT_FDCWD, name, 0, &inode);

	return error ? error : change_directory(inode);
}

long
sys_fchdir(uint64_t fd)
{
	struct file *f = files_find(process_current()->files, fd);

	return f ? change_directory(f->inode) : -EBADF;
}

long
sys_getcwd(vaddr_t to, size_t size)
{
	struct process *p = process_current();
	struct frame *f = frame_alloc(FRAME_BUFFER);
	long len;

	if (!f)
		return -ENOMEM;
	len = path_of(p->cwd, frame_page(f), PATH_LENGTH);
	if (len > 0 && (size_t)len > size)
		len = -ERANGE;
	if (len > 0) {
		const char *end = (char *)frame_page(f) + PATH_LENGTH;
		int error = user_put(p->space, to, end - len, (size_t)len);

		if (error)
			len = error;
	}
	frame_put(f);
	return len;
}

long
sys_umask(uint64_t mask)
{
	struct process *p = process_current();
	uint32_t old = p->umask;

	p->umask = (uint32_t)mask & 0777;
	return old;
}

/* One record, for the entry at or after a cursor, into buf. => its length; 0
 * if there is no such entry */
static size_t
dirent_at(const struct inode *dir, uint64_t cursor, char *buf)
{
	struct listing l;
	struct dirent head;
	size_t len;

	if (!directory_list(dir, cursor, &l))
		return 0;
	len = sizeof(head) + l.len + 1;
	len += -len % DIRENT_ALIGN;
	head = (struct dirent){
		.ino = l.ino,
		.next = l.cursor + 1,
		.len = (uint16_t)len,
		.type = (uint8_t)(l.mode >> 12),
	};
	memset(buf, 0, len);
	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), l.name, l.len);
	return len;
}

long
sys_getdents64(uint64_t fd, vaddr_t to, size_t size)
{
	struct space *s = process_current()->space;
	struct file *f = files_get(process_current()->files, fd);
	size_t done = 0, len;
	char buf[DIRENT_MAX];

	if (!f)
		return -EBADF;
	if (!inode_is_directory(f->inode))
		return -ENOTDIR;
	if (f->inode->nlink == 0)
		return -ENOENT;
	inode_accessed(f->inode);
	size = (uint32_t)size;
	while ((len = dirent_at(f->inode, f->offset, buf))) {
		int error = len > size - done
				    ? -EINVAL
				    : user_put(s, to + done, buf, len);

		if (error)
			return done ? (long)done : error;
		f->offset = ((struct dirent *)(void *)buf)->next;
		done += len;
	}
	return (long)done;
}
