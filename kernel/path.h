/*
 * Paths: from names to inodes.
 *
 * Nothing here sleeps, so a lookup holds no references on its way.
 */
#pragma once

#include "kernel/types.h"

struct inode;

enum {
	PATH_LENGTH = 4096, /* bytes of a path with its zero, at most */
};

#define AT_FDCWD -100 /* "descriptor" of the current directory */

/* A path that a program passed. */
struct path {
	char *text;	     /* a copy, in a frame of its own */
	struct inode *start; /* where it begins; no reference */
	int start_error;     /* why there is no start, or 0 */
};

/* All of a path but its last component. */
struct path_last {
	struct inode *dir; /* a directory; no reference: valid until the
				   process sleeps or removes something */
	const char *name;  /* the component, within the path, */
	size_t len;	   /* and its length; 0 if the path is "/" */
	bool slash;	   /* slashes follow it */
};

/* Copies a path from the current process; a relative one starts at the
 * directory open as dirfd. => -EFAULT, -ENAMETOOLONG, -ENOMEM; a bad dirfd is
 * an error only when the path is walked, as on Linux */
int path_get(struct path *p, uint64_t dirfd, vaddr_t text) MUST_CHECK;
void path_put(struct path *p);

/* The inode that a path, or a text from `start` on, names. => *inode: one
 * reference; -ENOENT, -ENOTDIR, -ENAMETOOLONG, -EBADF */
int path_find(const struct path *p, struct inode **inode) MUST_CHECK;
int path_lookup(struct inode *start, const char *text,
		struct inode **inode) MUST_CHECK;
/* All but the last component. */
int path_find_last(const struct path *p, struct path_last *last) MUST_CHECK;
/* Whether the last component is a name, neither "/" nor "." nor "..". */
bool path_last_is_name(const struct path_last *last);
/* What the last component names. => no reference; -ENOENT, -ENAMETOOLONG */
int path_last_find(const struct path_last *last,
		   struct inode **inode) MUST_CHECK;
/* The length of the component that text begins with; and what follows slashes.
 */
size_t path_component(const char *text);
const char *path_skip_slashes(const char *text);

/* The path of a directory, from the root. => its length with the zero, at the
 * end of buf: -ENOENT if it was removed, -ENAMETOOLONG */
long path_of(const struct inode *dir, char *buf, size_t size) MUST_CHECK;
