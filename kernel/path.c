/*
 * Paths: a loop over components, from one directory to the next. A symbolic
 * link puts its target in front of what is left of the path.
 *
 * The order of checks is Linux's (fs/namei.c): a name is looked for only in a
 * directory (ENOTDIR), and its length matters only then (ENAMETOOLONG).
 *
 * Owns: the text of the path that is being walked, and a reference to the last
 * inode found of those that nobody else refers to.
 */
#include "kernel/path.h"

#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "mm/user.h"

static char path_text[PATH_LENGTH];
static struct inode *held;

static size_t
component(const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != '/')
		len++;
	return len;
}

const char *
path_skip_slashes(const char *text)
{
	while (*text == '/')
		text++;
	return text;
}

/* An inode that was made because it was looked for. Its directory it holds
 * itself, so that the one before is of no use any more. */
static int
find_made(struct inode *dir, const char *name, size_t len, struct inode **inode)
{
	int error = dir->ops->find(dir, name, len, inode);

	if (error)
		return error;
	inode_put(held);
	held = *inode;
	return 0;
}

void
path_step(struct path *p, struct inode *dir, const char *text)
{
	size_t len = component(text);

	p->dir = dir;
	p->name = text;
	p->len = len;
	p->named = len > 2 || (len > 0 && text[0] != '.') ||
		   (len == 2 && text[1] != '.');
	p->entry = NULL;
	p->inode = dir;
	p->error = 0;
	if (len == 2 && !p->named && dir->parent)
		p->inode = dir->parent;
	if (!p->named)
		return;
	p->inode = NULL;
	if (len > NAME_LENGTH)
		p->error = -ENAMETOOLONG;
	else if (dir->ops->find)
		p->error = find_made(dir, text, len, &p->inode);
	else if (!(p->entry = directory_find(dir, text, len)))
		p->error = -ENOENT;
	if (p->entry)
		p->inode = p->entry->inode;
}

/* What a text begins with: "/" is the root, whatever dir is. */
static const char *
begin(struct path *p, struct inode *dir, const char *text)
{
	p->dir = *text == '/' ? inode_root : dir;
	return path_skip_slashes(text);
}

static int
walk(struct path *p, struct inode *dir, const char *text, enum path_end end)
{
	const char *after[LINKS_MAX]; /* what is left behind a link */
	int depth = 0, links = 0;
	bool last, follow;

	if (!*text)
		return -ENOENT;
	inode_put(held);
	held = NULL;
	p->slash = false;
	text = begin(p, dir, text);
	for (;;) {
		const char *rest;

		path_step(p, p->dir, text);
		rest = path_skip_slashes(text + p->len);
		if (!*rest && depth > 0)
			rest = after[--depth];
		last = !*rest;
		if (last)
			p->slash |= p->name[p->len] == '/';
		follow = !last || end == PATH_TARGET ||
			 (end == PATH_LINK && p->slash);
		if (p->inode && p->inode->target && follow) {
			if (links++ == LINKS_MAX)
				return -ELOOP;
			if (!p->inode->leads_to) {
				if (!last)
					after[depth++] = rest;
				text = begin(p, p->dir, p->inode->target);
				continue;
			}
			p->inode = p->inode->leads_to;
		}
		if (last)
			return 0;
		if (p->error)
			return p->error;
		if (!inode_is_directory(p->inode))
			return -ENOTDIR;
		p->dir = p->inode;
		text = rest;
	}
}

/* What descriptor fd is open on. */
static int
find_open(uint64_t fd, uint64_t flags, struct inode **inode)
{
	struct process *p = process_current();
	struct file *f = files_find(p->files, fd);

	if ((int32_t)fd == AT_FDCWD && !(flags & AT_DESCRIPTOR)) {
		*inode = p->cwd;
		return 0;
	}
	if (!f || (f->flags & O_PATH && !(flags & AT_EMPTY_PATH)))
		return -EBADF;
	*inode = f->inode;
	return 0;
}

int
path_read(char *buf, vaddr_t text)
{
	long len =
		user_string(process_current()->space, buf, text, PATH_LENGTH);

	return len < 0 ? (int)len : 0;
}

/* The text of a path, and the directory where a relative one starts. */
static int
fetch(uint64_t dirfd, vaddr_t text, struct inode **start)
{
	int error = path_read(path_text, text);

	*start = inode_root;
	if (error)
		return error;
	if (!*path_text)
		return -ENOENT;
	if (*path_text == '/')
		return 0;
	error = find_open(dirfd, AT_EMPTY_PATH, start);
	if (!error && !inode_is_directory(*start))
		error = -ENOTDIR;
	return error;
}

int
path_walk(struct path *p, uint64_t dirfd, vaddr_t text, enum path_end end)
{
	struct inode *start;
	int error = fetch(dirfd, text, &start);

	return error ? error : walk(p, start, path_text, end);
}

/* The inode that the last component names. */
static int
arrive(const struct path *p, struct inode **inode)
{
	if (p->error)
		return p->error;
	if (p->slash && !inode_is_directory(p->inode))
		return -ENOTDIR;
	*inode = p->inode;
	return 0;
}

int
path_find(uint64_t dirfd, vaddr_t text, uint64_t flags, struct inode **inode)
{
	bool follow = !(flags & AT_SYMLINK_NOFOLLOW);
	struct path p;
	int error;

	if (flags & AT_DESCRIPTOR)
		return find_open(dirfd, flags, inode);
	error = path_walk(&p, dirfd, text, follow ? PATH_TARGET : PATH_LINK);
	if (error == -ENOENT && flags & AT_EMPTY_PATH && !*path_text)
		return find_open(dirfd, flags, inode);
	return error ? error : arrive(&p, inode);
}

int
path_lookup(struct inode *start, const char *text, struct inode **inode)
{
	struct path p;
	int error = walk(&p, start, text, PATH_TARGET);

	return error ? error : arrive(&p, inode);
}

int
path_add(const struct path *p, struct inode *inode)
{
	int error;

	if (!inode)
		return -ENOMEM;
	error = directory_add(p->dir, p->name, p->len, inode);
	inode_put(inode);
	return error;
}

int
path_directory(const char *name, struct inode **dir)
{
	struct path p;

	path_step(&p, inode_root, name);
	*dir = p.inode;
	if (*dir)
		return inode_is_directory(*dir) ? 0 : -ENOTDIR;
	*dir = inode_new(S_IFDIR | 0755, &file_directory_ops);
	return path_add(&p, *dir);
}

long
path_of(const struct inode *inode, char *buf, size_t size)
{
	size_t at = size;

	buf[--at] = 0;
	if (inode == inode_root)
		buf[--at] = '/';
	for (; inode != inode_root; inode = inode->parent) {
		const struct entry *e = inode->entry;

		if (!e)
			return -ENOENT;
		if (e->len + 1 > at)
			return -ENAMETOOLONG;
		at -= e->len;
		memcpy(buf + at, e->name, e->len);
		buf[--at] = '/';
	}
	return (long)(size - at);
}
