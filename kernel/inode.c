/*
 * Inodes: making, sharing and freeing them.
 *
 * Owns: the root of the tree, and the numbers.
 * Invariants:
 *	I1 refs == entries that name it + inodes whose parent it is, or that
 *	   lead to it + open files, current directories and running programs
 *	   + 1 for the root
 *	I2 nlink == entries that name it; for a directory in the tree also its
 *	   "." and the ".." of each sub-directory; 0 for a removed one; 1
 *	   for a pipe that never had a name
 *	I3 a regular file has a store, nothing else has; a symbolic link has a
 *	   target, nothing else has. The files of /proc have none
 *	I4 a directory that was removed is empty and stays so; it keeps its
 *	   parent, so ".." works as long as somebody is in there
 *	I5 an inode of /proc has no entry that names it: it has one of its own,
 *	   and lives as long as it is used
 */
#include "kernel/inode.h"

#include "kernel/assert.h"
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/pipe.h"
#include "kernel/procfs.h"
#include "kernel/timer.h"
#include "mm/heap.h"
#include "mm/space.h"
#include "mm/store.h"

#define SECOND 1000000000ul
#define DAY    ((int64_t)(24 * 60 * 60 * SECOND))

struct inode *inode_root;

static uint32_t last_ino;

struct inode *
inode_new(uint32_t mode, const struct file_ops *ops)
{
	struct inode *inode = heap_alloc(sizeof(*inode));

	if (!inode)
		return NULL;
	inode->refs = 1;
	inode->ino = ++last_ino;
	inode->mode = mode;
	inode->ops = ops;
	if (inode_is_directory(inode))
		directory_init(inode);
	inode_touch(inode);
	inode->atime = inode->mtime;
	return inode;
}

struct inode *
inode_new_file(uint32_t mode)
{
	struct store *st = store_new(0);
	struct inode *file =
		st ? inode_new(S_IFREG | mode, &file_regular_ops) : NULL;

	if (file)
		inode_set_store(file, st);
	else if (st)
		store_put(st);
	return file;
}

/* The store may live on, in mappings. */
static void
release_store(struct inode *inode)
{
	if (!inode->store)
		return;
	inode->store->inode = NULL;
	store_put(inode->store);
}

void
inode_set_store(struct inode *inode, struct store *st)
{
	release_store(inode);
	inode->store = st;
	st->inode = inode;
	st->id = (uint32_t)inode->ino;
}

struct inode *
inode_new_link(size_t len)
{
	char *target = heap_alloc(len + 1);
	struct inode *link =
		target ? inode_new(S_IFLNK | 0777, &file_link_ops) : NULL;

	if (!link) {
		heap_free(target);
		return NULL;
	}
	link->target = target;
	return link;
}

int
inode_init(void)
{
	inode_root = inode_new(S_IFDIR | 0755, &file_directory_ops);
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

/* A loop, since a chain of removed directories, or of links that lead to each
 * other, may be as long as a program likes, and the kernel stack is not. Only
 * links of /proc lead to an inode, and there no directory lies deep. */
void
inode_put(struct inode *inode)
{
	while (inode && --inode->refs == 0) {
		struct inode *next = inode->parent;

		assert(inode->nlink == 0 || inode->pipe || inode->proc);
		if (inode->leads_to) {
			inode_put(next);
			next = inode->leads_to;
		}
		release_store(inode);
		pipe_free(inode->pipe);
		procfs_free(inode->proc);
		heap_free(inode->target);
		heap_free(inode);
		inode = next;
	}
}

int64_t
inode_now(void)
{
	return (int64_t)timer_real_tick();
}

void
inode_touch(struct inode *inode)
{
	inode->mtime = inode->ctime = inode_now();
}

void
inode_accessed(struct inode *inode)
{
	int64_t now = inode_now();

	if (inode->atime <= inode->mtime || inode->atime <= inode->ctime ||
	    now - inode->atime >= DAY)
		inode->atime = now;
}

void
inode_run(struct inode *inode)
{
	if (!inode)
		return;
	inode_get(inode);
	inode->runners++;
}

void
inode_stop(struct inode *inode)
{
	if (!inode)
		return;
	inode->runners--;
	inode_put(inode);
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
