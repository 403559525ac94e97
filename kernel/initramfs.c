/*
 * From a cpio archive to the file tree.
 *
 * The tail: a mapping of a file's last page shows what lies behind its end,
 * which in an archive is the next header. Where that page is mapped in place,
 * the tail is zeroed as soon as the header has been read; where it holds
 * another file's bytes, this file gets a copy of its last page instead.
 */
#include "kernel/initramfs.h"

#include "kernel/assert.h"
#include "kernel/cpio.h"
#include "kernel/directory.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/frame.h"
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

/* What is known while an archive is being read. */
struct loader {
	struct cpio *archive;
	struct tree links;
	char *tail;	/* to be zeroed up to the end of its page once
				   that has been read; or NULL */
	char *new_tail; /* the same, of the file just added */
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

static const char *
page_end(const char *p)
{
	return p + (-(uintptr_t)p & PAGE_MASK);
}

static void
zero_tail(struct loader *l)
{
	if (l->tail)
		memset(l->tail, 0, (size_t)(page_end(l->tail) - l->tail));
	l->tail = NULL;
}

/* An entry has been dealt with. A tail waits for as long as the next header may
 * lie in it; a file with a tail of its own lies beyond it. */
static void
next_tail(struct loader *l)
{
	const char *next = l->archive->archive + l->archive->offset;

	if (l->tail && next >= page_end(l->tail))
		zero_tail(l);
	if (l->new_tail) {
		assert(!l->tail);
		l->tail = l->new_tail;
		l->new_tail = NULL;
	}
}

/* Whether a store maps this page where it is. */
static bool
in_place(const char *page)
{
	const struct frame *f = frame_of(page);

	return f && f->kind == FRAME_MODULE;
}

/* Whether no file that comes next in the archive has bytes before end. */
static bool
nothing_before(struct cpio ahead, const char *end)
{
	struct cpio_entry next;

	while (ahead.archive + ahead.offset < end && cpio_next(&ahead, &next))
		if (next.size)
			return next.data >= end;
	return true;
}

/* A store whose last page is a copy, the others the archive's. */
static struct store *
store_with_copied_end(const char *data, size_t size)
{
	size_t whole = page_down(size);
	struct store *st = store_new_from(data, whole);
	struct frame *last;

	if (!st)
		return NULL;
	if (store_resize(st, size) ||
	    store_page(st, whole / PAGE_SIZE, true, &last)) {
		store_put(st);
		return NULL;
	}
	memcpy(frame_page(last), data + whole, size - whole);
	return st;
}

static struct store *
contents(struct loader *l, const struct cpio_entry *e)
{
	size_t rest = e->size % PAGE_SIZE;
	const char *last = e->data + e->size - rest;
	bool aligned = ((uintptr_t)e->data & PAGE_MASK) == 0;

	if (aligned && rest && in_place(last)) {
		if (!nothing_before(*l->archive, last + PAGE_SIZE))
			return store_with_copied_end(e->data, e->size);
		l->new_tail = (char *)frame_page(frame_of(last)) + rest;
	}
	return store_new_from(e->data, e->size);
}

static struct link *
link_find(const struct loader *l, const struct cpio_entry *e)
{
	struct link key = {.dev = e->dev, .ino = e->ino};
	struct tree_node *node = tree_find(&l->links, &key.node);

	return node ? CONTAINER(node, struct link, node) : NULL;
}

static int
link_add(struct loader *l, const struct cpio_entry *e, struct inode *inode)
{
	struct link *link = heap_alloc(sizeof(*link));

	if (!link)
		return -ENOMEM;
	link->dev = e->dev;
	link->ino = e->ino;
	link->inode = inode;
	inode_get(inode);
	tree_insert(&l->links, &link->node);
	return 0;
}

static void
links_free(struct loader *l)
{
	struct tree_node *node;

	while ((node = tree_first(&l->links))) {
		struct link *link = CONTAINER(node, struct link, node);

		tree_remove(&l->links, node);
		inode_put(link->inode);
		heap_free(link);
	}
}

/* The inode of a file: a new one, or another name's. => one reference */
static int
file_inode(struct loader *l, const struct cpio_entry *e, struct inode **inode)
{
	struct link *link = e->nlink > 1 ? link_find(l, e) : NULL;
	struct store *st;

	if (link && e->size == 0) {
		*inode = link->inode;
		inode_get(*inode);
		return 0;
	}
	st = contents(l, e);
	if (!st)
		return -ENOMEM;
	if (link) {
		*inode = link->inode;
		inode_get(*inode);
		store_put((*inode)->store);
		(*inode)->store = st;
		st->id = (*inode)->ino;
		return 0;
	}
	*inode = inode_new_file(e->mode, st);
	if (!*inode) {
		store_put(st);
		return -ENOMEM;
	}
	(*inode)->mtime = e->mtime * 1000000000ul;
	return e->nlink > 1 ? link_add(l, e, *inode) : 0;
}

static int
make_directory(struct inode *parent, const char *name, size_t len,
	       uint32_t mode)
{
	struct inode *dir = inode_new_directory(mode);
	int error;

	if (!dir)
		return -ENOMEM;
	error = directory_add(parent, name, len, dir);
	inode_put(dir);
	return error;
}

static int
add_file(struct loader *l, const struct path_last *last,
	 const struct cpio_entry *e)
{
	struct inode *dir = last->dir, *inode = NULL;
	struct entry *old = directory_find(dir, last->name, last->len);
	int error;

	if (old && inode_is_directory(old->inode))
		return -EISDIR;
	error = file_inode(l, e, &inode);
	if (!error) {
		if (old)
			directory_remove(dir, old);
		error = directory_add(dir, last->name, last->len, inode);
	}
	inode_put(inode);
	return error;
}

static int
add_directory(const struct path_last *last, const struct cpio_entry *e)
{
	struct entry *old = directory_find(last->dir, last->name, last->len);

	if (!old)
		return make_directory(last->dir, last->name, last->len,
				      e->mode);
	if (!inode_is_directory(old->inode))
		return -ENOTDIR;
	old->inode->mode = S_IFDIR | (e->mode & S_PERMISSIONS);
	return 0;
}

/* The directory of a path that begins at the root, made where it is missing. */
static int
make_parents(const char *text, struct path_last *last)
{
	struct inode *dir = inode_root;

	for (;;) {
		const char *name = path_skip_slashes(text);
		size_t len = path_component(name);
		struct entry *e;
		int error;

		*last = (struct path_last){dir, name, len, false};
		text = path_skip_slashes(name + len);
		if (len > NAME_LENGTH)
			return -ENAMETOOLONG;
		if (len == 2 && memcmp(name, "..", 2) == 0)
			return -EINVAL;
		if (!*text)
			return 0;
		if (!path_last_is_name(last))
			continue;
		e = directory_find(dir, name, len);
		if (!e) {
			error = make_directory(dir, name, len, 0755);
			if (error)
				return error;
			e = directory_find(dir, name, len);
		}
		if (!inode_is_directory(e->inode))
			return -ENOTDIR;
		dir = e->inode;
	}
}

static int
add_entry(struct loader *l, const struct cpio_entry *e)
{
	uint32_t type = e->mode & S_IFMT;
	struct path_last last;
	int error;

	if (type != S_IFREG && type != S_IFDIR)
		return -ENODEV;
	error = make_parents(e->name, &last);
	if (error)
		return error;
	if (path_last_is_name(&last))
		return type == S_IFREG ? add_file(l, &last, e)
				       : add_directory(&last, e);
	if (type == S_IFREG)
		return -EISDIR;
	last.dir->mode = S_IFDIR | (e->mode & S_PERMISSIONS);
	return 0;
}

static const char *
reason(int error)
{
	switch (-error) {
	case ENODEV:
		return "neither a file nor a directory";
	case EINVAL:
		return "leads out of the tree";
	case ENAMETOOLONG:
		return "name too long";
	case EISDIR:
		return "is a directory already";
	default:
		return "a file is in its way";
	}
}

int
initramfs_load(struct cpio *c)
{
	struct loader l = {.archive = c, .links.compare = compare_links};
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
		error = add_entry(&l, &e);
		if (error && error != -ENOMEM)
			print("initramfs: %.*s: skipped: %s\n", 255, e.name,
			      reason(error));
		next_tail(&l);
	}
	zero_tail(&l);
	links_free(&l);
	return error == -ENOMEM ? error : 0;
}
