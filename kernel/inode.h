/*
 * An inode: one file, directory or device, whatever names it has.
 *
 * The contents of a regular file are a store; a directory is a tree of entries
 * (kernel/directory.h). An inode lives as long as somebody holds a reference:
 * the entry that names it, an open file, a current directory, a running
 * program. So a removed file stays readable until it is closed.
 */
#pragma once

#include "kernel/types.h"
#include "mm/tree.h"

struct entry;
struct file_ops;
struct pipe;
struct store;

/* Of a mode: type and permissions, as in inode(7). */
enum {
	S_IFMT = 0170000,
	S_IFIFO = 0010000,
	S_IFREG = 0100000,
	S_IFDIR = 0040000,
	S_IFCHR = 0020000,
	S_PERMISSIONS = 07777,
	S_ANY_EXEC = 0111,
};

struct inode {
	uint32_t refs;	/* entries, sub-directories, open files, ... */
	uint32_t ino;	/* its number, unique since boot, never 0 */
	uint32_t mode;	/* S_IF* and permissions */
	uint32_t nlink; /* names; a removed one has 0 */
	uint64_t mtime; /* last change of contents, ns since 1970 */
	uint64_t rdev;	/* of a device: its number, as in stat(2) */
	const struct file_ops *ops; /* what open files of it do */
	struct store *store;	    /* contents of a regular file, else NULL */
	struct pipe *pipe;	    /* of a pipe, else NULL */
	/* The rest is for directories. */
	struct inode *parent; /* "..", a reference; NULL for the root */
	struct entry *entry;  /* its name there; NULL: root or removed */
	struct tree names;    /* its entries by name */
	struct tree cursors;  /* the same by cursor */
	uint64_t next_cursor; /* of the entry that comes next */
};

extern struct inode *inode_root;

/* Makes an empty root directory. => 0 or -ENOMEM */
int inode_init(void) MUST_CHECK;

/* One reference, no name yet. mode: permissions. => NULL without memory */
struct inode *inode_new_directory(uint32_t mode) MUST_CHECK;
struct inode *inode_new_device(uint32_t mode, uint64_t rdev,
			       const struct file_ops *ops) MUST_CHECK;
/* => takes over pipe, unless it fails */
struct inode *inode_new_pipe(const struct file_ops *ops, struct pipe *pipe);
/* => takes over the caller's reference to st, unless it fails */
struct inode *inode_new_file(uint32_t mode, struct store *st) MUST_CHECK;
void inode_get(struct inode *inode);
/* => NULL is ignored */
void inode_put(struct inode *inode);

static inline bool
inode_is_regular(const struct inode *inode)
{
	return (inode->mode & S_IFMT) == S_IFREG;
}

static inline bool
inode_is_directory(const struct inode *inode)
{
	return (inode->mode & S_IFMT) == S_IFDIR;
}

/* The contents changed now. */
void inode_touch(struct inode *inode);
/* Changes the size of a regular file. => -EFBIG, -ENOMEM */
int inode_resize(struct inode *inode, uint64_t size) MUST_CHECK;
