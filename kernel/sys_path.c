/*
 * System calls that take paths and change the tree, or open what they name.
 *
 * Calls without "at" are those with "at" from the current directory
 * (kernel/syscall.def). Checks come in Linux's order (fs/namei.c), so a program
 * gets the same error here. Everybody is root, whom permissions do not stop.
 */
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user.h"

enum {
	RENAME_NOREPLACE = 1,
	RENAME_EXCHANGE = 2,
	MFD_CLOEXEC = 1,
	MEMFD_NAME = 250,	/* bytes with the zero, at most */
	STICKY_AND_RWX = 01777, /* what mkdir(2) takes of its mode */
	/* What open(2) with O_PATH takes of its flags. */
	PLACE_FLAGS = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
};

static uint32_t
masked(uint64_t mode)
{
	return (uint32_t)mode & S_PERMISSIONS & ~process_current()->umask;
}

/* What open(2) with O_CREAT opens. => no reference */
static int
find_or_create(const struct path *p, uint64_t flags, uint64_t mode,
	       struct inode **inode)
{
	if (p->slash && p->named)
		return -EISDIR;
	if (p->error == -ENOENT) {
		*inode = inode_new_file(masked(mode));
		return path_add(p, *inode);
	}
	if (p->error)
		return p->error;
	if (flags & O_EXCL)
		return -EEXIST;
	return inode_is_directory(*inode) ? -EISDIR : 0;
}

/* What open(2) opens. => no reference */
static int
find(uint64_t dirfd, vaddr_t name, uint64_t flags, uint64_t mode,
     struct inode **inode)
{
	bool create = flags & O_CREAT;
	bool stay = flags & O_NOFOLLOW || (create && flags & O_EXCL);
	struct path p;
	int error = path_walk(&p, dirfd, name, stay ? PATH_LINK : PATH_TARGET);

	if (error)
		return error;
	*inode = p.inode;
	if (create)
		return find_or_create(&p, flags, mode, inode);
	if (p.error)
		return p.error;
	return p.slash && !inode_is_directory(p.inode) ? -ENOTDIR : 0;
}

/* Whether open(2) may open what it has found; cuts it if it is to. */
static int
may_open(struct inode *inode, uint64_t flags)
{
	bool write = flags & (O_ACCMODE | O_TRUNC);

	if (flags & O_DIRECTORY && !inode_is_directory(inode))
		return -ENOTDIR;
	if (inode->target && !(flags & O_PATH))
		return -ELOOP;
	if (write && inode_is_directory(inode))
		return -EISDIR;
	if (write && inode->store) {
		int error = inode_may_write(inode);

		if (error)
			return error;
	}
	if (flags & O_TRUNC && inode->store)
		return inode_resize(inode, 0);
	return 0;
}

/* f becomes what the path names. => -errno, also of what was interrupted */
static int
open_named(struct file *f, uint64_t dirfd, vaddr_t name, uint64_t flags,
	   uint64_t mode)
{
	struct inode *inode;
	int error = find(dirfd, name, flags, mode, &inode);

	if (!error)
		error = may_open(inode, flags);
	if (error)
		return error;
	inode_get(inode);
	return file_set_inode(f, inode);
}

long
sys_openat(uint64_t dirfd, vaddr_t name, uint64_t flags, uint64_t mode)
{
	struct files *files = process_current()->files;
	int fd = files_reserve(files, 0), error;
	struct file *f;

	flags = flags & O_PATH ? flags & PLACE_FLAGS : flags | O_LARGEFILE;
	if (flags & O_CREAT && flags & O_DIRECTORY)
		return -EINVAL;
	if (fd < 0)
		return fd;
	f = file_new(flags);
	if (!f)
		return -ENOMEM;
	error = open_named(f, dirfd, name, flags, mode);
	/* It may have slept, while another thread took that number. */
	if (error == 0 && files_find(files, (uint64_t)fd))
		error = fd = files_reserve(files, 0);
	if (error < 0) {
		file_put(f);
		return error;
	}
	files_set(files, (uint32_t)fd, f, flags & O_CLOEXEC);
	return fd;
}

/* No file has extended attributes, xattr(7); programs are told so. */
long
sys_getxattr(vaddr_t path, vaddr_t name, vaddr_t value, size_t size)
{
	(void)path, (void)name, (void)value, (void)size;
	return -EOPNOTSUPP;
}

/* A regular file without a name. */
long
sys_memfd_create(vaddr_t name, uint64_t flags)
{
	struct process *p = process_current();
	long len = user_strlen(p->space, name, MEMFD_NAME);
	int fd = files_reserve(p->files, 0);
	struct inode *inode;
	struct file *f;

	if ((uint32_t)flags & ~(uint32_t)MFD_CLOEXEC || len == -ENAMETOOLONG)
		return -EINVAL;
	if (len < 0 || fd < 0)
		return len < 0 ? len : fd;
	f = file_new(O_RDWR | O_LARGEFILE);
	inode = f ? inode_new_file(0777) : NULL;
	if (!inode) {
		if (f)
			file_put(f);
		return -ENOMEM;
	}
	(void)file_set_inode(f, inode); /* never refused */
	files_set(p->files, (uint32_t)fd, f, flags & MFD_CLOEXEC);
	return fd;
}

/* Whether inode may get the name that p ends with. */
static int
may_make(const struct path *p, const struct inode *inode)
{
	if (!p->named || p->inode)
		return -EEXIST;
	if (p->error != -ENOENT)
		return p->error;
	if (!inode_is_directory(inode))
		return p->slash ? -ENOENT : 0;
	return inode->nlink > 0 ? -EPERM : 0;
}

/* Gives inode a name that nothing has; takes over the reference to it. */
static int
make(uint64_t dirfd, vaddr_t name, struct inode *inode)
{
	struct path p;
	int error;

	if (!inode)
		return -ENOMEM;
	error = path_walk(&p, dirfd, name, PATH_NAME);
	if (!error)
		error = may_make(&p, inode);
	if (!error)
		return path_add(&p, inode);
	inode_put(inode);
	return error;
}

long
sys_mkdirat(uint64_t dirfd, vaddr_t name, uint64_t mode)
{
	uint32_t bits = S_IFDIR | (masked(mode) & STICKY_AND_RWX);

	return make(dirfd, name, inode_new(bits, &file_directory_ops));
}

/* Devices are the kernel's to make. */
long
sys_mknodat(uint64_t dirfd, vaddr_t name, uint64_t mode, uint64_t device)
{
	(void)device;
	switch ((uint32_t)mode & S_IFMT) {
	case 0:
	case S_IFREG:
		return make(dirfd, name, inode_new_file(masked(mode)));
	case S_IFIFO:
		return make(dirfd, name, pipe_new(masked(mode)));
	case S_IFCHR:
	case S_IFBLK:
	case S_IFSOCK:
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

long
sys_symlinkat(vaddr_t target, uint64_t dirfd, vaddr_t name)
{
	struct space *s = process_current()->space;
	long len = user_strlen(s, target, PATH_LENGTH);
	struct inode *link;
	int error;

	if (len <= 0)
		return len ? len : -ENOENT;
	if (len > TARGET_MAX)
		return -ENAMETOOLONG;
	link = inode_new_link((size_t)len);
	error = link ? user_get(s, link->target, target, (size_t)len) : 0;
	if (!error)
		return make(dirfd, name, link);
	inode_put(link);
	return error;
}

long
sys_linkat(uint64_t old_dirfd, vaddr_t old_name, uint64_t new_dirfd,
	   vaddr_t new_name, uint64_t flags)
{
	static const uint32_t known = AT_SYMLINK_FOLLOW | AT_EMPTY_PATH;
	struct inode *inode;
	int error;

	if ((uint32_t)flags & ~known)
		return -EINVAL;
	if (!(flags & AT_SYMLINK_FOLLOW))
		flags |= AT_SYMLINK_NOFOLLOW;
	error = path_find(old_dirfd, old_name, flags, &inode);
	if (!error && inode->nlink == 0)
		error = -ENOENT;
	if (!error && (inode->proc || (inode->pipe && !inode->parent)))
		error = -EXDEV;
	if (error)
		return error;
	inode_get(inode);
	return make(new_dirfd, new_name, inode);
}

static int
may_remove_directory(const struct path *p)
{
	if (!p->named)
		return p->len == 0   ? -EBUSY
		       : p->len == 1 ? -EINVAL
				     : -ENOTEMPTY;
	if (p->error)
		return p->error;
	if (!inode_is_directory(p->inode))
		return -ENOTDIR;
	return directory_empty(p->inode) ? 0 : -ENOTEMPTY;
}

static int
may_remove_file(const struct path *p)
{
	if (!p->named)
		return -EISDIR;
	if (p->error)
		return p->error;
	if (inode_is_directory(p->inode))
		return -EISDIR;
	return p->slash ? -ENOTDIR : 0;
}

long
sys_unlinkat(uint64_t dirfd, vaddr_t name, uint64_t flags)
{
	struct path p;
	int error;

	if ((uint32_t)flags & ~(uint32_t)AT_REMOVEDIR)
		return -EINVAL;
	error = path_walk(&p, dirfd, name, PATH_NAME);
	if (!error)
		error = flags & AT_REMOVEDIR ? may_remove_directory(&p)
					     : may_remove_file(&p);
	if (!error && !p.entry)
		error = -EPERM; /* it is of /proc */
	if (!error)
		directory_remove(p.dir, p.entry);
	return error;
}

/* Whether `what` may take the place of `target`. */
static int
may_replace(const struct inode *what, const struct inode *target)
{
	if (!inode_is_directory(what))
		return inode_is_directory(target) ? -EISDIR : 0;
	if (!inode_is_directory(target))
		return -ENOTDIR;
	return directory_empty(target) ? 0 : -ENOTEMPTY;
}

/* Whether what one path names may move to where the other ends. */
static int
may_rename(const struct path *from, const struct path *to, uint64_t flags)
{
	bool exchange = flags & RENAME_EXCHANGE;

	if (!from->named)
		return -EBUSY;
	if (!to->named)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	if (from->error)
		return from->error;
	if (to->dir->ops->find)
		return -EXDEV;
	if (to->error && (to->error != -ENOENT || exchange))
		return to->error;
	if (to->inode && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (exchange && to->slash && !inode_is_directory(to->inode))
		return -ENOTDIR;
	if (!inode_is_directory(from->inode) &&
	    (from->slash || (to->slash && !exchange)))
		return -ENOTDIR;
	if (directory_within(to->dir, from->inode))
		return -EINVAL;
	if (to->inode && directory_within(from->dir, to->inode))
		return exchange ? -EINVAL : -ENOTEMPTY;
	if (to->inode && to->inode != from->inode && !exchange)
		return may_replace(from->inode, to->inode);
	return 0;
}

long
sys_renameat2(uint64_t old_dirfd, vaddr_t old_name, uint64_t new_dirfd,
	      vaddr_t new_name, uint64_t flags)
{
	struct path from, to;
	int error;

	if ((uint32_t)flags > RENAME_EXCHANGE)
		return -EINVAL;
	error = path_walk(&from, old_dirfd, old_name, PATH_NAME);
	/* The second walk forgets where the first one was in /proc. */
	if (!error && from.dir->ops->find)
		error = -EXDEV;
	if (!error)
		error = path_walk(&to, new_dirfd, new_name, PATH_NAME);
	if (!error)
		error = may_rename(&from, &to, flags);
	if (error || from.inode == to.inode)
		return error;
	if (flags & RENAME_EXCHANGE) {
		directory_exchange(from.dir, from.entry, to.dir, to.entry);
		return 0;
	}
	return directory_move(from.dir, from.entry, to.dir, to.name, to.len);
}
