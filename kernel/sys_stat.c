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
#include "kernel/syscall.h"
#include "mm/frame.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	AT_SYMLINK_NOFOLLOW = 0x100,
	AT_NO_AUTOMOUNT = 0x800,
	AT_EMPTY_PATH = 0x1000,

	X_OK = 1,
	W_OK = 2,
	R_OK = 4,

	STAT_BLOCK = 512,  /* the unit of st_blocks */
	DEVICE_NUMBER = 1, /* st_dev: there is one file system */
};

#define CWD    ((uint64_t)AT_FDCWD)
#define SECOND 1000000000ul

/* struct stat as Linux x86-64 has it (asm/stat.h). */
struct stat {
	uint64_t dev, ino, nlink;
	uint32_t mode, uid, gid, pad;
	uint64_t rdev, size, blksize, blocks;
	uint64_t atime, atime_nsec;
	uint64_t mtime, mtime_nsec;
	uint64_t ctime, ctime_nsec;
	uint64_t unused[3];
};

_Static_assert(sizeof(struct stat) == 144, "Linux's size");

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

static struct file *
get(uint64_t fd)
{
	return files_get(process_current()->files, fd);
}

static long
put_stat(const struct inode *inode, vaddr_t to)
{
	uint64_t size = inode->store ? inode->store->size : 0;
	uint64_t seconds = inode->mtime / SECOND, ns = inode->mtime % SECOND;
	struct stat st = {
		.dev = DEVICE_NUMBER,
		.ino = inode->ino,
		.nlink = inode->nlink,
		.mode = inode->mode,
		.rdev = inode->rdev,
		.size = size,
		.blksize = PAGE_SIZE,
		.blocks = size / STAT_BLOCK + (size % STAT_BLOCK > 0),
		.atime = seconds,
		.atime_nsec = ns,
		.mtime = seconds,
		.mtime_nsec = ns,
		.ctime = seconds,
		.ctime_nsec = ns,
	};

	return user_put(process_current()->space, to, &st, sizeof(st));
}

/* What a path names, or with AT_EMPTY_PATH and "" the descriptor. => one
 * reference */
static int
lookup(uint64_t dirfd, vaddr_t name, uint64_t flags, struct inode **inode)
{
	struct path path;
	int error = path_get(&path, dirfd, name);

	if (error)
		return error;
	if (*path.text || !(flags & AT_EMPTY_PATH)) {
		error = path_find(&path, inode);
	} else {
		struct file *f = get(dirfd);

		if ((int32_t)dirfd == AT_FDCWD)
			inode_get(*inode = process_current()->cwd);
		else if (f)
			inode_get(*inode = f->inode);
		else
			error = -EBADF;
	}
	path_put(&path);
	return error;
}

long
sys_newfstatat(uint64_t dirfd, vaddr_t name, vaddr_t to, uint64_t flags)
{
	static const uint32_t known =
		AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
	struct inode *inode;
	long error;

	if ((uint32_t)flags & ~known)
		return -EINVAL;
	error = lookup(dirfd, name, flags, &inode);
	if (error)
		return error;
	error = put_stat(inode, to);
	inode_put(inode);
	return error;
}

long
sys_stat(vaddr_t name, vaddr_t to)
{
	return sys_newfstatat(CWD, name, to, 0);
}

long
sys_lstat(vaddr_t name, vaddr_t to)
{
	return sys_newfstatat(CWD, name, to, AT_SYMLINK_NOFOLLOW);
}

long
sys_fstat(uint64_t fd, vaddr_t to)
{
	struct file *f = get(fd);

	return f ? put_stat(f->inode, to) : -EBADF;
}

/* Root may read and write everything, and run what anybody may run. */
long
sys_faccessat(uint64_t dirfd, vaddr_t name, uint64_t mode)
{
	struct inode *inode;
	int error;

	if ((uint32_t)mode & ~(uint32_t)(R_OK | W_OK | X_OK))
		return -EINVAL;
	error = lookup(dirfd, name, 0, &inode);
	if (error)
		return error;
	if (mode & X_OK && !inode_is_directory(inode) &&
	    !(inode->mode & S_ANY_EXEC))
		error = -EACCES;
	inode_put(inode);
	return error;
}

long
sys_access(vaddr_t name, uint64_t mode)
{
	return sys_faccessat(CWD, name, mode);
}

/* There are no symbolic links yet: whatever is there is none. */
long
sys_readlink(vaddr_t name, vaddr_t to, size_t size)
{
	struct inode *inode;
	int error;

	(void)to;
	if ((int32_t)size <= 0)
		return -EINVAL;
	error = lookup(CWD, name, 0, &inode);
	if (error)
		return error;
	inode_put(inode);
	return -EINVAL;
}

long
sys_truncate(vaddr_t name, uint64_t size)
{
	struct inode *inode;
	int error;

	if (size > INT64_MAX)
		return -EINVAL;
	error = lookup(CWD, name, 0, &inode);
	if (error)
		return error;
	if (inode_is_directory(inode))
		error = -EISDIR;
	else if (!inode_is_regular(inode))
		error = -EINVAL;
	else
		error = inode_resize(inode, size);
	inode_put(inode);
	return error;
}

/* Goes to a directory; takes over the reference, unless it is none. */
static long
change_directory(struct inode *dir)
{
	struct process *p = process_current();

	if (!inode_is_directory(dir))
		return -ENOTDIR;
	inode_put(p->cwd);
	p->cwd = dir;
	return 0;
}

long
sys_chdir(vaddr_t name)
{
	struct inode *inode;
	long error = lookup(CWD, name, 0, &inode);

	if (error)
		return error;
	error = change_directory(inode);
	if (error)
		inode_put(inode);
	return error;
}

long
sys_fchdir(uint64_t fd)
{
	struct file *f = get(fd);
	long error;

	if (!f)
		return -EBADF;
	inode_get(f->inode);
	error = change_directory(f->inode);
	if (error)
		inode_put(f->inode);
	return error;
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
	const struct inode *parent = dir->parent ? dir->parent : dir;
	struct entry dot = {.cursor = 0, .name = ".", .len = 1};
	struct entry dotdot = {.cursor = 1, .name = "..", .len = 2};
	const struct entry *e = cursor == 0   ? &dot
				: cursor == 1 ? &dotdot
					      : directory_next(dir, cursor);
	const struct inode *inode = e == &dot	   ? dir
				    : e == &dotdot ? parent
				    : e		   ? e->inode
						   : NULL;
	struct dirent head;
	size_t len;

	if (!e)
		return 0;
	len = sizeof(head) + e->len + 1;
	len += -len % DIRENT_ALIGN;
	head = (struct dirent){
		.ino = inode->ino,
		.next = e->cursor + 1,
		.len = (uint16_t)len,
		.type = (uint8_t)(inode->mode >> 12),
	};
	memset(buf, 0, len);
	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), e->name, e->len);
	return len;
}

long
sys_getdents64(uint64_t fd, vaddr_t to, size_t size)
{
	struct space *s = process_current()->space;
	struct file *f = get(fd);
	size_t done = 0, len;
	char buf[DIRENT_MAX];

	if (!f)
		return -EBADF;
	if (!inode_is_directory(f->inode))
		return -ENOTDIR;
	if (f->inode->nlink == 0)
		return -ENOENT;
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
