/*
 * System calls that take paths and change the tree, or open what they name.
 *
 * A call without "at" is the one with "at" from the current directory. Checks
 * come in Linux's order (fs/namei.c), so a program gets the same error here.
 * Everybody is root, whom permissions do not stop.
 */
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/store.h"

enum {
	AT_REMOVEDIR = 0x200,
	RENAME_NOREPLACE = 1,
	STICKY_AND_RWX = 01777, /* what mkdir(2) takes of its mode */
};

#define CWD ((uint64_t)AT_FDCWD)

static uint32_t
masked(uint64_t mode)
{
	return (uint32_t)mode & ~process_current()->umask;
}

/* Makes an empty file that open(2) has not found. => one reference */
static int
create(const struct path_last *last, uint64_t mode, struct inode **inode)
{
	struct store *st = store_new(0);
	int error;

	if (!st)
		return -ENOMEM;
	*inode = inode_new_file(masked(mode), st);
	if (!*inode) {
		store_put(st);
		return -ENOMEM;
	}
	error = directory_add(last->dir, last->name, last->len, *inode);
	if (error)
		inode_put(*inode);
	return error;
}

/* What open(2) with O_CREAT opens. => one reference */
static int
find_or_create(const struct path *path, uint64_t flags, uint64_t mode,
	       struct inode **inode)
{
	struct path_last last;
	int error = path_find_last(path, &last);

	if (error)
		return error;
	if (last.slash && path_last_is_name(&last))
		return -EISDIR;
	error = path_last_find(&last, inode);
	if (error == -ENOENT)
		return create(&last, mode, inode);
	if (error)
		return error;
	if (flags & O_EXCL)
		return -EEXIST;
	if (inode_is_directory(*inode))
		return -EISDIR;
	inode_get(*inode);
	return 0;
}

/* Whether open(2) may open what it has found; cuts it if it is to. */
static int
may_open(struct inode *inode, uint64_t flags)
{
	bool write = flags & (O_ACCMODE | O_TRUNC);

	if (flags & O_DIRECTORY && !inode_is_directory(inode))
		return -ENOTDIR;
	if (write && inode_is_directory(inode))
		return -EISDIR;
	if (flags & O_TRUNC && inode->store)
		return inode_resize(inode, 0);
	return 0;
}

static long
open_path(const struct path *path, uint64_t flags, uint64_t mode)
{
	struct files *files = process_current()->files;
	int fd = files_reserve(files, 0);
	struct inode *inode;
	struct file *f;
	int error;

	if (fd < 0)
		return fd;
	f = file_new(NULL, flags);
	if (!f)
		return -ENOMEM;
	if (flags & O_CREAT)
		error = find_or_create(path, flags, mode, &inode);
	else
		error = path_find(path, &inode);
	if (!error) {
		f->inode = inode;
		error = may_open(inode, flags);
	}
	if (error) {
		file_put(f);
		return error;
	}
	files_set(files, (uint32_t)fd, f, flags & O_CLOEXEC);
	return fd;
}

long
sys_openat(uint64_t dirfd, vaddr_t name, uint64_t flags, uint64_t mode)
{
	struct path path;
	long fd;

	if (flags & O_CREAT && flags & O_DIRECTORY)
		return -EINVAL;
	fd = path_get(&path, dirfd, name);
	if (fd < 0)
		return fd;
	fd = open_path(&path, flags, mode);
	path_put(&path);
	return fd;
}

long
sys_open(vaddr_t name, uint64_t flags, uint64_t mode)
{
	return sys_openat(CWD, name, flags, mode);
}

long
sys_creat(vaddr_t name, uint64_t mode)
{
	return sys_openat(CWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

static int
make_directory(const struct path *path, uint64_t mode)
{
	struct path_last last;
	struct inode *dir;
	int error = path_find_last(path, &last);

	if (error)
		return error;
	error = path_last_find(&last, &dir);
	if (error != -ENOENT)
		return error ? error : -EEXIST;
	dir = inode_new_directory(masked(mode) & STICKY_AND_RWX);
	if (!dir)
		return -ENOMEM;
	error = directory_add(last.dir, last.name, last.len, dir);
	inode_put(dir);
	return error;
}

long
sys_mkdirat(uint64_t dirfd, vaddr_t name, uint64_t mode)
{
	struct path path;
	int error = path_get(&path, dirfd, name);

	if (error)
		return error;
	error = make_directory(&path, mode);
	path_put(&path);
	return error;
}

long
sys_mkdir(vaddr_t name, uint64_t mode)
{
	return sys_mkdirat(CWD, name, mode);
}

/* The entry that a path ends with. => the path's last component is a name */
static int
find_entry(const struct path_last *last, struct entry **e)
{
	struct inode *inode;
	int error = path_last_find(last, &inode);

	if (!error)
		*e = directory_find(last->dir, last->name, last->len);
	return error;
}

/* Why rmdir(2) refuses a path that ends with no name. */
static int
no_name(const struct path_last *last)
{
	return last->len == 0 ? -EBUSY : last->len == 1 ? -EINVAL : -ENOTEMPTY;
}

static int
remove_directory(const struct path_last *last)
{
	struct entry *e;
	int error;

	if (!path_last_is_name(last))
		return no_name(last);
	error = find_entry(last, &e);
	if (error)
		return error;
	if (!inode_is_directory(e->inode))
		return -ENOTDIR;
	if (!directory_empty(e->inode))
		return -ENOTEMPTY;
	directory_remove(last->dir, e);
	return 0;
}

static int
remove_file(const struct path_last *last)
{
	struct entry *e;
	int error;

	if (!path_last_is_name(last))
		return -EISDIR;
	error = find_entry(last, &e);
	if (error)
		return error;
	if (inode_is_directory(e->inode))
		return -EISDIR;
	if (last->slash)
		return -ENOTDIR;
	directory_remove(last->dir, e);
	return 0;
}

long
sys_unlinkat(uint64_t dirfd, vaddr_t name, uint64_t flags)
{
	struct path path;
	struct path_last last;
	int error;

	if ((uint32_t)flags & ~(uint32_t)AT_REMOVEDIR)
		return -EINVAL;
	error = path_get(&path, dirfd, name);
	if (error)
		return error;
	error = path_find_last(&path, &last);
	if (!error)
		error = flags & AT_REMOVEDIR ? remove_directory(&last)
					     : remove_file(&last);
	path_put(&path);
	return error;
}

long
sys_unlink(vaddr_t name)
{
	return sys_unlinkat(CWD, name, 0);
}

long
sys_rmdir(vaddr_t name)
{
	return sys_unlinkat(CWD, name, AT_REMOVEDIR);
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

/* Moves e, which `from` ends with, to the place and name that `to` says. */
static int
move(const struct path_last *from, struct entry *e, const struct path_last *to,
     uint64_t flags)
{
	struct inode *inode = e->inode, *target;
	int error = path_last_find(to, &target);

	if (error && error != -ENOENT)
		return error;
	if (!error && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!inode_is_directory(inode) && (from->slash || to->slash))
		return -ENOTDIR;
	if (directory_within(to->dir, inode))
		return -EINVAL;
	if (!error) {
		if (directory_within(from->dir, target))
			return -ENOTEMPTY;
		if (target == inode)
			return 0;
		error = may_replace(inode, target);
		if (error)
			return error;
	}
	return directory_move(from->dir, e, to->dir, to->name, to->len);
}

static int
rename_path(const struct path *old, const struct path *new, uint64_t flags)
{
	struct path_last from, to;
	struct entry *e;
	int error = path_find_last(old, &from);

	if (!error)
		error = path_find_last(new, &to);
	if (error)
		return error;
	if (!path_last_is_name(&from))
		return -EBUSY;
	if (!path_last_is_name(&to))
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	error = find_entry(&from, &e);
	return error ? error : move(&from, e, &to, flags);
}

long
sys_renameat2(uint64_t old_dirfd, vaddr_t old_name, uint64_t new_dirfd,
	      vaddr_t new_name, uint64_t flags)
{
	struct path old, new;
	int error;

	if ((uint32_t)flags & ~(uint32_t)RENAME_NOREPLACE)
		return -EINVAL;
	error = path_get(&old, old_dirfd, old_name);
	if (error)
		return error;
	error = path_get(&new, new_dirfd, new_name);
	if (!error) {
		error = rename_path(&old, &new, flags);
		path_put(&new);
	}
	path_put(&old);
	return error;
}

long
sys_renameat(uint64_t old_dirfd, vaddr_t old_name, uint64_t new_dirfd,
	     vaddr_t new_name)
{
	return sys_renameat2(old_dirfd, old_name, new_dirfd, new_name, 0);
}

long
sys_rename(vaddr_t old_name, vaddr_t new_name)
{
	return sys_renameat2(CWD, old_name, CWD, new_name, 0);
}
