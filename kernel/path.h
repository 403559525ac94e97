/*
 * Paths: from names to inodes.
 *
 * Nothing here sleeps, so a lookup holds no references on its way (but one, to
 * what nobody else refers to: an inode of /proc), and one buffer serves the
 * paths of all programs: what a lookup finds is valid until the next one, or
 * until the process sleeps or removes something.
 */
#pragma once

#include "kernel/types.h"

struct entry;
struct inode;

enum {
	PATH_LENGTH = 4096, /* bytes of a path with its zero, at most */
	LINKS_MAX = 40,	    /* symbolic links on the way, at most */
};

#define AT_FDCWD -100 /* "descriptor" of the current directory */

/* Flags of system calls that take paths. */
enum {
	AT_SYMLINK_NOFOLLOW = 0x100,
	AT_REMOVEDIR = 0x200, /* of unlinkat */
	AT_EACCESS = 0x200,   /* of faccessat2 */
	AT_SYMLINK_FOLLOW = 0x400,
	AT_NO_AUTOMOUNT = 0x800,
	AT_EMPTY_PATH = 0x1000,
};

/* Not Linux's: there is no path, the inode is the descriptor's; with
 * AT_EMPTY_PATH also of one opened by O_PATH. So fstat is one with fstatat. */
#define AT_DESCRIPTOR (1ul << 32)

/* What becomes of a symbolic link at the end of a path. */
enum path_end {
	PATH_NAME,   /* the path ends there, whatever follows the name */
	PATH_LINK,   /* there, unless a slash follows */
	PATH_TARGET, /* it is followed too */
};

/* Where a path ends. */
struct path {
	struct inode *dir;   /* a directory */
	const char *name;    /* the last component, a part of some text, */
	size_t len;	     /* and its length; 0 if the path is "/" */
	bool slash;	     /* slashes follow it */
	bool named;	     /* it is a name, neither "/" nor "." nor ".." */
	struct entry *entry; /* of that name in dir; NULL also in /proc */
	struct inode *inode; /* what it names, or NULL */
	int error;	     /* why it names nothing: -ENOENT, -ENAMETOOLONG */
};

/* Copies a path of the current process to a buffer of PATH_LENGTH bytes.
 * => 0, -EFAULT, -ENAMETOOLONG, -ENOMEM */
int path_read(char *buf, vaddr_t text) MUST_CHECK;
/* Walks a path of the current process up to its last component; a relative one
 * begins at the directory open as dirfd. => -EFAULT, -ENAMETOOLONG, -ENOMEM,
 * -EBADF, -ENOENT, -ENOTDIR, -ELOOP */
int path_walk(struct path *p, uint64_t dirfd, vaddr_t text,
	      enum path_end end) MUST_CHECK;
/* The inode that a path names, a link's target unless flags (AT_*) say
 * otherwise. => no reference; the same errors */
int path_find(uint64_t dirfd, vaddr_t text, uint64_t flags,
	      struct inode **inode) MUST_CHECK;
/* The same for a text of the kernel, from `start` on. */
int path_lookup(struct inode *start, const char *text,
		struct inode **inode) MUST_CHECK;
/* Names inode, which is new, at the end of a path that names nothing yet; takes
 * over the reference to it. => -ENOMEM if it is NULL; -ENOENT, -ENOMEM */
int path_add(const struct path *p, struct inode *inode) MUST_CHECK;

/* Looks for the component that text begins with, which may be "", in dir: all of
 * *p but ->slash. */
void path_step(struct path *p, struct inode *dir, const char *text);
const char *path_skip_slashes(const char *text);

/* The directory of this name in the root, made if nothing has that name.
 * => -ENOTDIR, -ENOMEM */
int path_directory(const char *name, struct inode **dir) MUST_CHECK;

/* The path of an inode, from the root. => its length with the zero, at the end
 * of buf: -ENOENT if it or a directory above it was removed, or it never had a
 * name; -ENAMETOOLONG */
long path_of(const struct inode *inode, char *buf, size_t size) MUST_CHECK;
