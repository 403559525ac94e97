/*
 * Inodes: making, sharing and freeing them.
 *
 * Owns: the root of the tree, and the numbers.
 * Invariants:
 *	I1 refs == entries that name it + directories whose parent it is + open
 *	   files, current directories and running programs + 1 for the root
 *	I2 nlink == entries that name it; for a directory in the tree also its
 *	   "." and the ".." of each sub-directory; 0 for a removed one
 *	I3 a regular file has a store, nothing else has
 *	I4 a directory that was removed is empty and stays so; it keeps its
 *	   parent, so ".." works as long as somebody is in there
 */
#include "kernel/inode.h"

#include "kernel/assert.h"
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/pipe.h"
#include "kernel/timer.h"
#include "mm/heap.h"
#include "mm/space.h"
#include "mm/store.h"

struct inode *inode_root;

static uint32_t last_ino;

static struct inode *
inode_new(uint32_t mode, const struct file_ops *ops)
{
	struct inode *inode = heap_alloc(sizeof(*inode));

	if (!inode)
		return NULL;
	inode->refs = 1;
	inode->ino = ++last_ino;
	inode->mode = mode;
	inode->ops = ops;
	inode_touch(inode);
	return inode;
}

struct inode *
inode_new_directory(uint32_t mode)
{
	struct inode *dir = inode_new(S_IFDIR | (mode & S_PERMISSIONS),
				      &file_directory_ops);

	if (dir)
		directory_init(dir);
	return dir;
}

struct inode *
inode_new_device(uint32_t mode, uint64_t rdev, const struct file_ops *ops)
{
	struct inode *dev = inode_new(S_IFCHR | (mode & S_PERMISSIONS), ops);

	if (dev)
		dev->rdev = rdev;
	return dev;
}

struct inode *
inode_new_pipe(const struct file_ops *ops, struct pipe *pipe)
{
	struct inode *inode = inode_new(S_IFIFO | 0600, ops);

	if (inode)
		inode->pipe = pipe;
	return inode;
}

struct inode *
inode_new_file(uint32_t mode, struct store *st)
{
	struct inode *file =
		inode_new(S_IFREG | (mode & S_PERMISSIONS), &file_regular_ops);

	if (!file)
		return NULL;
	file->store = st;
	st->id = file->ino;
	return file;
}

int
inode_init(void)
{
	inode_root = inode_new_directory(0755);
	if (!inode_root)
		return -ENOMEM;
	inode_root->nlink = 2;
	return 0;
}

void
inode_get(struct inode *inode)
{
	inode->refs++;
}

/* A loop, since a chain of removed directories may be as long as a program
 * likes, and the kernel stack is not. */
void
inode_put(struct inode *inode)
{
	while (inode && --inode->refs == 0) {
		struct inode *parent = inode->parent;

		assert(inode->nlink == 0);
		if (inode->store)
			store_put(inode->store);
		pipe_free(inode->pipe);
		heap_free(inode);
		inode = parent;
	}
}

void
inode_touch(struct inode *inode)
{
	inode->mtime = timer_boot_time() * 1000000000 + timer_now();
}

int
inode_resize(struct inode *inode, uint64_t size)
{
	int error = space_truncate_store(inode->store, size);

	if (!error)
		error = store_resize(inode->store, size);
	if (!error)
		inode_touch(inode);
	return error;
}
