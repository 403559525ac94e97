/*
 * An inode: one file, directory or device, whatever names it has.
 *
 * The contents of a regular file are a store; a directory is a tree of entries
 * (kernel/directory.h). An inode lives as long as somebody holds a reference:
 * the entry that names it, an open file, a current directory, a running
 * program. So a removed file stays readable until it is closed.
 */
#pragma once

#include "kernel/errno.h"
#include "kernel/types.h"
#include "mm/tree.h"

struct entry;
struct file_ops;
struct pipe;
struct proc;
struct store;

/* Of a mode: type and permissions, as in inode(7). */
enum {
	S_IFMT = 0170000,
	S_IFIFO = 0010000,
	S_IFREG = 0100000,
	S_IFDIR = 0040000,
	S_IFCHR = 0020000,
	S_IFBLK = 0060000,
	S_IFSOCK = 0140000,
	S_IFLNK = 0120000,
	S_ISUID = 04000,
	S_ISGID = 02000,
	S_IXGRP = 00010,
	S_PERMISSIONS = 07777,
	S_ANY_EXEC = 0111,
};

enum {
	TARGET_MAX = 1999, /* bytes of a symbolic link */
};

struct inode {
	uint32_t recount; /* audit's own count of writers */
	uint32_t refs;	  /* entries, sub-directories, open files, ... */
	uint64_t ino;	  /* its number, unique since boot, never 0 */
	uint32_t mode;	  /* S_IF* and permissions */
	uint32_t nlink;	  /* names; a removed one has 0 */
	uint32_t writers; /* open files that may write it */
	uint32_t runners; /* processes whose program it is */
	uint32_t uid, gid;
	int64_t atime; /* last use of the contents, ns since 1970 */
	int64_t mtime; /* last change of the contents */
	int64_t ctime; /* last change of anything */
	uint64_t rdev; /* of a device: its number, as in stat(2) */
	const struct file_ops *ops; /* what open files of it do */
	struct store *store;	    /* contents of a regular file, else NULL */
	struct pipe *pipe;	    /* of a pipe, else NULL */
	struct proc *proc;	    /* of /proc (kernel/procfs.h), else NULL */
	char *target;		    /* of a symbolic link, else NULL */
	struct inode *leads_to; /* of a link to this very inode: a reference */
	/* The name it is known by: the first, if it has several. */
	struct inode *parent; /* its directory, a reference; NULL: the root,
				 or it never had a name */
	struct entry *entry;  /* in there; NULL also: removed */
	/* The rest is for directories. */
	struct tree names;    /* its entries by name */
	struct tree cursors;  /* the same by cursor */
	uint64_t next_cursor; /* of the entry that comes next */
};

extern struct inode *inode_root;

/* Makes an empty root directory. => 0 or -ENOMEM */
int inode_init(void) MUST_CHECK;

/* One reference, no name yet; mode: the type too. A file gets contents from
 * the caller, at once. => NULL without memory */
struct inode *inode_new(uint32_t mode, const struct file_ops *ops) MUST_CHECK;
/* An empty regular file. */
struct inode *inode_new_file(uint32_t mode) MUST_CHECK;
/* A symbolic link to a path of len bytes (at most TARGET_MAX), which the caller
 * writes to ->target. */
struct inode *inode_new_link(size_t len) MUST_CHECK;
/* Gives a regular file these contents; takes over the reference to st. */
void inode_set_store(struct inode *inode, struct store *st);
void inode_get(struct inode *inode);
/* => NULL is ignored */
void inode_put(struct inode *inode);

/* Whether it is a file with contents, which one of /proc has not. */
static inline bool
inode_is_regular(const struct inode *inode)
{
	return inode->store != NULL;
}

static inline bool
inode_is_directory(const struct inode *inode)
{
	return (inode->mode & S_IFMT) == S_IFDIR;
}

/* Now, as the last tick has it: the time of an inode's atime, mtime and ctime. */
int64_t inode_now(void);
/* The contents changed now. */
void inode_touch(struct inode *inode);
/* The contents are used now: atime follows as "relatime" has it (mount(8)). */
void inode_accessed(struct inode *inode);
/* A process begins or ends to run it, NULL is ignored: a reference, which that
 * process holds. */
void inode_run(struct inode *inode);
void inode_stop(struct inode *inode);
/* Whether it may be opened for writing. => -ETXTBSY: a program that runs */
static inline int
inode_may_write(const struct inode *inode)
{
	return inode->runners > 0 ? -ETXTBSY : 0;
}

/* Changes the size of a regular file. => -EFBIG, -ENOMEM */
int inode_resize(struct inode *inode, uint64_t size) MUST_CHECK;
