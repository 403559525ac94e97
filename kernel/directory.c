/*
 * Directories: trees of entries. (Those of /proc have no entries but find and
 * list what there is: struct file_ops.)
 *
 * Each entry is in two trees: by name, for lookups, and by cursor, for reading.
 * Cursors only ever grow, so a program that reads a directory while entries
 * come and go sees each of those that stay exactly once.
 *
 * Invariants:
 *	D1 both trees of a directory hold the same entries
 *	D2 the ->entry of an inode, in its ->parent, is one that names it; all
 *	   directories but the root and removed ones have exactly one
 *	D3 no directory is within itself
 */
#include "kernel/directory.h"

#include "kernel/assert.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/string.h"
#include "mm/heap.h"
#include "mm/store.h"

/* Any order will do: by length first spares most looks at the bytes. */
static int
compare_names(const struct tree_node *a, const struct tree_node *b)
{
	const struct entry *x = CONTAINER(a, const struct entry, by_name);
	const struct entry *y = CONTAINER(b, const struct entry, by_name);

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->name, y->name, x->len);
}

static int
compare_cursors(const struct tree_node *a, const struct tree_node *b)
{
	const struct entry *x = CONTAINER(a, const struct entry, by_cursor);
	const struct entry *y = CONTAINER(b, const struct entry, by_cursor);

	return (x->cursor > y->cursor) - (x->cursor < y->cursor);
}

void
directory_init(struct inode *dir)
{
	dir->names.compare = compare_names;
	dir->cursors.compare = compare_cursors;
	dir->next_cursor = CURSOR_FIRST;
}

bool
directory_empty(const struct inode *dir)
{
	return !dir->names.root && !dir->ops->list;
}

struct entry *
directory_find(const struct inode *dir, const char *name, size_t len)
{
	struct entry key = {.name = name, .len = len};
	struct tree_node *node = tree_find(&dir->names, &key.by_name);

	return node ? CONTAINER(node, struct entry, by_name) : NULL;
}

bool
directory_list(const struct inode *dir, uint64_t cursor, struct listing *l)
{
	struct entry key = {.cursor = cursor};
	const struct inode *inode = cursor && dir->parent ? dir->parent : dir;
	const struct tree_node *node;
	const struct entry *e;

	l->cursor = cursor;
	l->name = "..";
	l->len = cursor + 1;
	if (cursor >= CURSOR_FIRST && dir->ops->list)
		return dir->ops->list(dir, l);
	if (cursor >= CURSOR_FIRST) {
		node = tree_at_or_after(&dir->cursors, &key.by_cursor);
		if (!node)
			return false;
		e = CONTAINER(node, const struct entry, by_cursor);
		inode = e->inode;
		l->cursor = e->cursor;
		l->name = e->name;
		l->len = e->len;
	}
	l->ino = inode->ino;
	l->mode = inode->mode;
	return true;
}

/* A new entry of dir that names nothing yet. */
static int
entry_new(struct inode *dir, const char *name, size_t len, struct entry **e)
{
	char *copy;

	if (dir->nlink == 0 || dir->ops->find)
		return -ENOENT;
	*e = heap_alloc(sizeof(**e) + len + 1);
	if (!*e)
		return -ENOMEM;
	copy = (char *)(*e + 1);
	memcpy(copy, name, len);
	(*e)->name = copy;
	(*e)->len = len;
	(*e)->cursor = dir->next_cursor++;
	tree_insert(&dir->names, &(*e)->by_name);
	tree_insert(&dir->cursors, &(*e)->by_cursor);
	return 0;
}

/* e, of dir, is the name that inode is known by. */
static void
become_known(struct inode *dir, struct entry *e, struct inode *inode)
{
	struct inode *old = inode->parent;

	inode_get(dir);
	inode->parent = dir;
	inode->entry = e;
	inode_put(old);
	if (inode->store)
		string_copy(inode->store->name, e->name, STORE_NAME);
}

/* e, of dir, which names nothing, names inode from now on. */
static void
attach(struct inode *dir, struct entry *e, struct inode *inode)
{
	inode_get(inode);
	inode->nlink++;
	e->inode = inode;
	if (inode_is_directory(inode)) {
		inode->nlink++;
		dir->nlink++;
	}
	if (!inode->entry)
		become_known(dir, e, inode);
	inode_touch(dir);
	inode->ctime = dir->ctime;
}

/* e, of dir, names nothing any more. */
static void
detach(struct inode *dir, struct entry *e)
{
	struct inode *inode = e->inode;

	inode->nlink--;
	if (inode_is_directory(inode)) {
		inode->nlink--;
		dir->nlink--;
	}
	if (inode->entry == e)
		inode->entry = NULL;
	e->inode = NULL;
	inode_touch(dir);
	inode->ctime = dir->ctime;
	inode_put(inode);
}

int
directory_add(struct inode *dir, const char *name, size_t len,
	      struct inode *inode)
{
	struct entry *e;
	int error = entry_new(dir, name, len, &e);

	if (error)
		return error;
	attach(dir, e, inode);
	return 0;
}

void
directory_remove(struct inode *dir, struct entry *e)
{
	tree_remove(&dir->names, &e->by_name);
	tree_remove(&dir->cursors, &e->by_cursor);
	detach(dir, e);
	heap_free(e);
}

int
directory_move(struct inode *from, struct entry *e, struct inode *to,
	       const char *name, size_t len)
{
	struct entry *target = directory_find(to, name, len);
	struct inode *inode = e->inode;

	assert(target != e);
	if (target) {
		detach(to, target);
	} else {
		int error = entry_new(to, name, len, &target);

		if (error)
			return error;
	}
	inode_get(inode);
	directory_remove(from, e);
	attach(to, target, inode);
	inode_put(inode);
	return 0;
}

void
directory_exchange(struct inode *a, struct entry *x, struct inode *b,
		   struct entry *y)
{
	struct inode *was_x = x->inode, *was_y = y->inode;

	inode_get(was_x);
	inode_get(was_y);
	detach(a, x);
	detach(b, y);
	attach(a, x, was_y);
	attach(b, y, was_x);
	inode_put(was_x);
	inode_put(was_y);
}

bool
directory_within(const struct inode *dir, const struct inode *ancestor)
{
	while (dir && dir != ancestor)
		dir = dir->parent;
	return dir;
}
