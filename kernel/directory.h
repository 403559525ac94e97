/*
 * A directory: entries that give names to inodes, sorted by name for looking
 * up and by cursor for reading.
 */
#pragma once

#include "kernel/types.h"
#include "mm/tree.h"

struct inode;

enum {
	NAME_LENGTH = 255, /* bytes of a name, at most */
};

struct entry {
	struct tree_node by_name, by_cursor;
	uint64_t cursor;     /* its place for getdents64; never used again */
	struct inode *inode; /* what it names: a reference */
	const char *name;    /* ends with a zero; kept behind the entry */
	size_t len;	     /* of name */
};

/* What getdents64 tells of an entry. */
struct listing {
	uint64_t cursor; /* its place; that of the next one is above it */
	uint64_t ino;
	uint32_t mode; /* S_IF* */
	const char *name;
	size_t len;	 /* of name */
	char number[12]; /* room for a name that is a number */
};

enum {
	CURSOR_FIRST = 2, /* of real entries: 0 is ".", 1 is ".." */
};

/* Makes an inode's empty entry trees. */
void directory_init(struct inode *dir);
bool directory_empty(const struct inode *dir);
/* The entry of this name, or NULL. */
struct entry *directory_find(const struct inode *dir, const char *name,
			     size_t len);
/* The first entry whose cursor is at least this. => false: none */
bool directory_list(const struct inode *dir, uint64_t cursor,
		    struct listing *l);

/* Names inode; takes a reference of its own. => there is no such name yet;
 * -ENOENT if dir was removed or cannot have such a name, -ENOMEM */
int directory_add(struct inode *dir, const char *name, size_t len,
		  struct inode *inode) MUST_CHECK;
/* => e is an entry of dir's tree, as are those below */
void directory_remove(struct inode *dir, struct entry *e);
/* Gives what e of `from` names the name `name` in `to`, in one step; if that
 * name exists, it loses what it named. => -ENOENT if `to` was removed, -ENOMEM
 */
int directory_move(struct inode *from, struct entry *e, struct inode *to,
		   const char *name, size_t len) MUST_CHECK;
/* Two entries, each of its directory, change what they name. */
void directory_exchange(struct inode *a, struct entry *x, struct inode *b,
			struct entry *y);
/* Whether dir is inside of, or the same as, ancestor. */
bool directory_within(const struct inode *dir, const struct inode *ancestor);
