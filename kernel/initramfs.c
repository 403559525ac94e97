/*
 * From a cpio archive to the file tree.
 */
#include "kernel/initramfs.h"

#include "kernel/cpio.h"
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/heap.h"
#include "mm/store.h"
#include "mm/tree.h"

/* A file of which the archive promises more names. */
struct link {
	struct tree_node node;
	uint64_t dev; /* which file it is, as the archive says */
	uint32_t ino;
	struct inode *inode; /* a reference */
};

static int
compare_links(const struct tree_node *a, const struct tree_node *b)
{
	const struct link *x = CONTAINER(a, const struct link, node);
	const struct link *y = CONTAINER(b, const struct link, node);

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static struct link *
link_find(const struct tree *links, const struct cpio_entry *e)
{
	struct link key = {.dev = e->dev, .ino = e->ino};
	struct tree_node *node = tree_find(links, &key.node);

	return node ? CONTAINER(node, struct link, node) : NULL;
}

static int
link_add(struct tree *links, const struct cpio_entry *e, struct inode *inode)
{
	struct link *link = heap_alloc(sizeof(*link));

	if (!link)
		return -ENOMEM;
	link->dev = e->dev;
	link->ino = e->ino;
	link->inode = inode;
	inode_get(inode);
	tree_insert(links, &link->node);
	return 0;
}

static void
links_free(struct tree *links)
{
	struct tree_node *node;

	while ((node = tree_first(links))) {
		struct link *link = CONTAINER(node, struct link, node);

		tree_remove(links, node);
		inode_put(link->inode);
		heap_free(link);
	}
}

/* The inode of a file: a new one, or another name's. => one reference, or NULL;
 * -ENOMEM */
static int
file_inode(struct tree *links, const struct cpio_entry *e, struct inode **inode)
{
	struct link *link = e->nlink > 1 ? link_find(links, e) : NULL;
	struct store *st;

	if (link)
		inode_get(link->inode);
	*inode = link ? link->inode : inode_new_file(e->mode & S_PERMISSIONS);
	if (!*inode)
		return -ENOMEM;
	if (!link || e->size > 0) {
		st = store_new_from(e->data, e->size);
		if (!st)
			return -ENOMEM;
		inode_set_store(*inode, st);
	}
	return e->nlink > 1 && !link ? link_add(links, e, *inode) : 0;
}

/* The same of a symbolic link, whose target is what the archive has as its
 * contents. */
static int
link_inode(const struct cpio_entry *e, struct inode **inode)
{
	if (e->size == 0 || e->size > TARGET_MAX)
		return -ENAMETOOLONG;
	*inode = inode_new_link(e->size);
	if (!*inode)
		return -ENOMEM;
	memcpy((*inode)->target, e->data, e->size);
	return 0;
}

static int
make_directory(const struct path *p, uint32_t mode)
{
	return path_add(p, inode_new(S_IFDIR | (mode & S_PERMISSIONS),
				     &file_directory_ops));
}

/* A file or a symbolic link. */
static int
add_file(struct tree *links, const struct path *p, const struct cpio_entry *e)
{
	bool link = (e->mode & S_IFMT) == S_IFLNK;
	struct inode *inode = NULL;
	int error;

	if (p->inode && inode_is_directory(p->inode))
		return -EISDIR;
	error = link ? link_inode(e, &inode) : file_inode(links, e, &inode);
	if (error) {
		inode_put(inode);
		return error;
	}
	inode->mtime = e->mtime * (int64_t)NS_PER_SECOND;
	if (p->entry)
		directory_remove(p->dir, p->entry);
	return path_add(p, inode);
}

static int
add_directory(const struct path *p, const struct cpio_entry *e)
{
	if (!p->inode)
		return make_directory(p, e->mode);
	if (!inode_is_directory(p->inode))
		return -ENOTDIR;
	p->inode->mode = S_IFDIR | (e->mode & S_PERMISSIONS);
	return 0;
}

/* The directory of a path that begins at the root, made where it is missing. */
static int
make_parents(const char *text, struct path *p)
{
	struct inode *dir = inode_root;

	for (;;) {
		int error;

		path_step(p, dir, path_skip_slashes(text));
		text = path_skip_slashes(p->name + p->len);
		if (p->len == 2 && !p->named)
			return -EINVAL;
		if (p->error == -ENAMETOOLONG)
			return p->error;
		if (!*text)
			return 0;
		if (!p->inode) {
			error = make_directory(p, 0755);
			if (error)
				return error;
			path_step(p, dir, p->name);
		}
		if (p->inode->target) {
			error = path_lookup(dir, p->inode->target, &p->inode);
			if (error)
				return error;
		}
		if (!inode_is_directory(p->inode))
			return -ENOTDIR;
		dir = p->inode;
	}
}

static int
add_entry(struct tree *links, const struct cpio_entry *e)
{
	uint32_t type = e->mode & S_IFMT;
	struct path p;
	int error;

	if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK)
		return -ENODEV;
	error = make_parents(e->name, &p);
	if (error)
		return error;
	if (type == S_IFDIR)
		return add_directory(&p, e);
	return p.named ? add_file(links, &p, e) : -EISDIR;
}

static const char *
reason(int error)
{
	switch (-error) {
	case ENODEV:
		return "no file, directory or symbolic link";
	case EINVAL:
		return "leads out of the tree";
	case ENAMETOOLONG:
		return "name too long";
	case ENOENT:
	case ELOOP:
		return "behind a symbolic link that leads nowhere";
	case EISDIR:
		return "is a directory already";
	default:
		return "a file is in its way";
	}
}

int
initramfs_load(struct cpio *c)
{
	struct tree links = {.compare = compare_links};
	struct cpio check = *c;
	struct cpio_entry e;
	int error = 0;

	while (cpio_next(&check, &e))
		;
	if (check.error) {
		*c = check;
		return -EINVAL;
	}
	while (error != -ENOMEM && cpio_next(c, &e)) {
		error = add_entry(&links, &e);
		if (error && error != -ENOMEM)
			print("initramfs: %.*s: skipped: %s\n", 255, e.name,
			      reason(error));
	}
	links_free(&links);
	return error == -ENOMEM ? error : 0;
}
