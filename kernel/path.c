/*
 * Paths: a loop over components, from one directory to the next.
 *
 * The order of checks is Linux's (fs/namei.c): a name is looked for only in a
 * directory (ENOTDIR), and its length matters only then (ENAMETOOLONG).
 */
#include "kernel/path.h"

#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/user.h"

_Static_assert(PATH_LENGTH <= PAGE_SIZE, "a path fits in a frame");

/* The directory where a relative path starts. */
static int
start_of(uint64_t dirfd, struct inode **start)
{
	struct process *p = process_current();
	struct file *f;

	if ((int32_t)dirfd == AT_FDCWD) {
		*start = p->cwd;
		return 0;
	}
	f = files_get(p->files, dirfd);
	if (!f)
		return -EBADF;
	if (!inode_is_directory(f->inode))
		return -ENOTDIR;
	*start = f->inode;
	return 0;
}

int
path_get(struct path *p, uint64_t dirfd, vaddr_t text)
{
	struct frame *f = frame_alloc(FRAME_BUFFER);
	long len;

	if (!f)
		return -ENOMEM;
	*p = (struct path){.text = frame_page(f)};
	len = user_string(process_current()->space, p->text, text, PATH_LENGTH);
	if (len < 0) {
		path_put(p);
		return (int)len;
	}
	if (*p->text != '/')
		p->start_error = start_of(dirfd, &p->start);
	return 0;
}

void
path_put(struct path *p)
{
	frame_put(frame_of(p->text));
}

size_t
path_component(const char *text)
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

/* What a component names in dir. "" is what "/" ends with. */
static int
step(struct inode *dir, const char *name, size_t len, struct inode **next)
{
	struct entry *e;

	if (len == 0 || (len == 1 && name[0] == '.')) {
		*next = dir;
		return 0;
	}
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		*next = dir->parent ? dir->parent : dir;
		return 0;
	}
	if (len > NAME_LENGTH)
		return -ENAMETOOLONG;
	e = directory_find(dir, name, len);
	if (!e)
		return -ENOENT;
	*next = e->inode;
	return 0;
}

/* Goes from dir, or from the root, to the last component. */
static int
walk(struct inode *dir, const char *text, struct path_last *last)
{
	if (!*text)
		return -ENOENT;
	if (*text == '/')
		dir = inode_root;
	text = path_skip_slashes(text);
	for (;;) {
		size_t len = path_component(text);
		const char *rest = path_skip_slashes(text + len);
		int error;

		if (!*rest) {
			*last = (struct path_last){dir, text, len,
						   text[len] == '/'};
			return 0;
		}
		error = step(dir, text, len, &dir);
		if (error)
			return error;
		if (!inode_is_directory(dir))
			return -ENOTDIR;
		text = rest;
	}
}

bool
path_last_is_name(const struct path_last *last)
{
	return last->len > 2 || (last->len > 0 && last->name[0] != '.') ||
	       (last->len == 2 && last->name[1] != '.');
}

int
path_last_find(const struct path_last *last, struct inode **inode)
{
	return step(last->dir, last->name, last->len, inode);
}

int
path_find_last(const struct path *p, struct path_last *last)
{
	if (*p->text && p->start_error)
		return p->start_error;
	return walk(p->start, p->text, last);
}

/* The inode that the last component names. */
static int
arrive(const struct path_last *last, struct inode **inode)
{
	int error = path_last_find(last, inode);

	if (error)
		return error;
	if (last->slash && !inode_is_directory(*inode))
		return -ENOTDIR;
	inode_get(*inode);
	return 0;
}

int
path_find(const struct path *p, struct inode **inode)
{
	struct path_last last;
	int error = path_find_last(p, &last);

	return error ? error : arrive(&last, inode);
}

int
path_lookup(struct inode *start, const char *text, struct inode **inode)
{
	struct path_last last;
	int error = walk(start, text, &last);

	return error ? error : arrive(&last, inode);
}

long
path_of(const struct inode *dir, char *buf, size_t size)
{
	size_t at = size;

	buf[--at] = 0;
	if (dir->nlink == 0)
		return -ENOENT;
	if (dir == inode_root)
		buf[--at] = '/';
	for (; dir != inode_root; dir = dir->parent) {
		const struct entry *e = dir->entry;

		if (e->len + 1 > at)
			return -ENAMETOOLONG;
		at -= e->len;
		memcpy(buf + at, e->name, e->len);
		buf[--at] = '/';
	}
	return (long)(size - at);
}
