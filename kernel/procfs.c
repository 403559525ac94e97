/*
 * The tree of /proc: which names there are, and what an inode of them does.
 *
 * A directory's fixed names stand in a table; after them come numbers: of
 * processes in /proc, of open files in /proc/PID/fd.
 *
 * Owns: struct proc.
 */
#include "kernel/procfs.h"

#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/store.h"

enum {
	NUMBER_DIGITS = 9, /* of a process or a descriptor */
};

/* What names of one kind mean: in a file of text the first of the functions is
 * set, in a link that leads to an inode the second, in a directory the rest. */
struct node {
	const char *name; /* NULL: a number */
	uint32_t mode;
	const struct file_ops *ops;
	void (*text)(struct text *t, const struct process *p);
	/* => NULL: there is none */
	struct inode *(*target)(const struct process *p, uint32_t number);
	const struct node *nodes; /* its fixed names, */
	size_t count;		  /* how many, */
	const struct node *other; /* and what its numbers mean; or NULL */
	/* The first number in use from n on. => negative: none */
	int64_t (*next)(const struct process *p, uint32_t n);
};

/* What an inode of /proc knows beside itself. */
struct proc {
	const struct node *node;
	pid_t pid;	       /* of the process that it is about, or 0 */
	struct store *picture; /* the text as it was last written, or NULL */
	struct entry entry;    /* its name, in no tree */
	char number[NUMBER_DIGITS + 1]; /* the name, if it is one */
};

void
procfs_free(struct proc *proc)
{
	if (proc && proc->picture)
		store_put(proc->picture);
	heap_free(proc);
}

/* A picture of now takes the place of the old one. */
static int
take_picture(struct proc *proc)
{
	struct process *p = process_find(proc->pid);
	struct frame *scratch;
	struct text t = {0};

	if (proc->pid && !p)
		return -ESRCH;
	t.store = store_new(0);
	if (!t.store)
		return -ENOMEM;
	scratch = frame_alloc(FRAME_BUFFER);
	t.error = scratch ? 0 : -ENOMEM;
	if (scratch) {
		t.scratch = frame_page(scratch);
		proc->node->text(&t, p);
		frame_put(scratch);
	}
	if (!t.error && proc->picture)
		store_put(proc->picture);
	if (t.error)
		store_put(t.store);
	else
		proc->picture = t.store;
	return t.error;
}

static long
text_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	struct proc *proc = f->inode->proc;

	if (*offset == 0 || !proc->picture) {
		int error = take_picture(proc);

		if (error)
			return error;
	}
	return file_read_store(proc->picture, offset, to, len);
}

static long
no_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	(void)offset, (void)from, (void)len;
	return f->inode->proc->pid ? -EINVAL : -EIO; /* as on Linux */
}

static long
pagemap_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	long n = procfs_pagemap(f->inode->proc->pid, *offset, to, len);

	*offset += n > 0 ? (uint64_t)n : 0;
	return n;
}

static const struct file_ops text_ops = {
	.read = text_read,
	.write = no_write,
};

static const struct file_ops pagemap_ops = {
	.read = pagemap_read,
	.write = no_write,
};

/* link leads to this inode itself, whatever names it has, and reads as `text`.
 * => takes over a reference to the inode, but not if it fails */
static int
lead(struct inode *link, struct inode *to, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > HEAP_MAX)
		return -ENAMETOOLONG;
	link->target = heap_alloc(size);
	if (!link->target)
		return -ENOMEM;
	memcpy(link->target, text, size);
	link->leads_to = to;
	return 0;
}

static int
lead_by_name(struct inode *link, struct inode *to)
{
	struct frame *f = frame_alloc(FRAME_BUFFER);
	int error;

	if (!f)
		return -ENOMEM;
	error = lead(link, to, procfs_name(to, frame_page(f)));
	if (!error)
		inode_get(to);
	frame_put(f);
	return error;
}

static int make(struct inode *dir, const struct node *node, uint32_t n,
		struct inode **inode);
static const struct node process_node, fd_node;

static int
lead_to_self(struct inode *link)
{
	pid_t pid = process_current()->pid;
	struct inode *to;
	int error = make(link->parent, &process_node, (uint32_t)pid, &to);

	if (error)
		return error;
	error = lead(link, to, to->entry->name);
	if (error)
		inode_put(to);
	return error;
}

static void
set_fd_mode(struct inode *link, const struct file *f)
{
	link->mode = S_IFLNK | (file_readable(f) ? 0500 : 0) |
		     (file_writable(f) ? 0300 : 0);
}

/* Sets where a link leads; number: of the descriptor, if it is one. */
static int
set_target(struct inode *link, uint32_t number)
{
	const struct node *node = link->proc->node;
	const struct process *p = process_find(link->proc->pid);
	struct inode *to;

	if (!node->target)
		return lead_to_self(link);
	if (node == &fd_node)
		set_fd_mode(link, files_find(p->files, number));
	to = node->target(p, number);
	return to ? lead_by_name(link, to) : -ENOENT;
}

static struct inode *
exe_target(const struct process *p, uint32_t number)
{
	(void)number;
	return p->program;
}

static struct inode *
cwd_target(const struct process *p, uint32_t number)
{
	(void)number;
	return p->cwd;
}

static struct inode *
root_target(const struct process *p, uint32_t number)
{
	(void)number;
	return p->cwd ? inode_root : NULL;
}

static struct inode *
fd_target(const struct process *p, uint32_t number)
{
	const struct file *f = p->files ? files_find(p->files, number) : NULL;

	return f ? f->inode : NULL;
}

static int64_t
next_process(const struct process *none, uint32_t n)
{
	const struct process *p = process_at_or_after((pid_t)max_u64(n, 1));

	(void)none;
	return p ? p->pid : -1;
}

static int64_t
next_open(const struct process *p, uint32_t n)
{
	while (n < FILES_MAX && !fd_target(p, n))
		n++;
	return n < FILES_MAX ? (int64_t)n : -1;
}

static int find(struct inode *dir, const char *name, size_t len,
		struct inode **inode);
static bool list(const struct inode *dir, struct listing *l);

static const struct file_ops directory_ops = {.find = find, .list = list};

#define TEXT(NAME, MODE, TEXT)                                          \
	{                                                               \
		.name = NAME, .mode = S_IFREG | MODE, .ops = &text_ops, \
		.text = TEXT                                            \
	}
#define LINK(NAME, TARGET)                                                   \
	{                                                                    \
		.name = NAME, .mode = S_IFLNK | 0777, .ops = &file_link_ops, \
		.target = TARGET                                             \
	}

static const struct node fd_node = {
	.mode = S_IFLNK | 0700,
	.ops = &file_link_ops,
	.target = fd_target,
};

static const struct node process_nodes[] = {
	TEXT("cmdline", 0444, procfs_cmdline),
	TEXT("comm", 0444, procfs_comm),
	LINK("cwd", cwd_target),
	TEXT("environ", 0400, procfs_environ),
	LINK("exe", exe_target),
	{
		.name = "fd",
		.mode = S_IFDIR | 0500,
		.ops = &directory_ops,
		.other = &fd_node,
		.next = next_open,
	},
	TEXT("maps", 0444, procfs_maps),
	TEXT("mounts", 0444, procfs_mounts),
	{
		.name = "pagemap",
		.mode = S_IFREG | 0400,
		.ops = &pagemap_ops,
	},
	LINK("root", root_target),
	TEXT("smaps", 0444, procfs_smaps),
	TEXT("stat", 0444, procfs_stat),
	TEXT("statm", 0444, procfs_statm),
	TEXT("status", 0444, procfs_status),
};

static const struct node process_node = {
	.mode = S_IFDIR | 0555,
	.ops = &directory_ops,
	.nodes = process_nodes,
	.count = COUNT(process_nodes),
};

static const struct node root_nodes[] = {
	TEXT("cpuinfo", 0444, procfs_cpuinfo),
	TEXT("filesystems", 0444, procfs_filesystems),
	TEXT("loadavg", 0444, procfs_loadavg),
	TEXT("meminfo", 0444, procfs_meminfo),
	TEXT("mounts", 0444, procfs_mounts),
	LINK("self", NULL),
	TEXT("stat", 0444, procfs_system_stat),
	TEXT("uptime", 0444, procfs_uptime),
	TEXT("version", 0444, procfs_version),
};

static const struct node root_node = {
	.mode = S_IFDIR | 0555,
	.ops = &directory_ops,
	.nodes = root_nodes,
	.count = COUNT(root_nodes),
	.other = &process_node,
	.next = next_process,
};

/* The inode's number: of the process, and of the name in the directory's table
 * or its numbers. Those outside of /proc stay below 2^32. */
static uint64_t
ino_of(const struct proc *dir, const struct node *node, uint64_t n)
{
	return (uint64_t)(dir->pid + 1) << 32 | (uint64_t)!node->name << 31 | n;
}

/* An inode of this kind, with the name that it has in dir. */
static int
make(struct inode *dir, const struct node *node, uint32_t n,
     struct inode **inode)
{
	struct proc *proc = heap_alloc(sizeof(*proc));
	struct inode *made = proc ? inode_new(node->mode, node->ops) : NULL;
	int error = 0;

	if (!made) {
		heap_free(proc);
		return -ENOMEM;
	}
	proc->node = node;
	proc->pid = node == &process_node ? (pid_t)n : dir->proc->pid;
	format(proc->number, sizeof(proc->number), "%u", n);
	proc->entry.name = node->name ? node->name : proc->number;
	proc->entry.len = strlen(proc->entry.name);
	made->proc = proc;
	made->ino = ino_of(dir->proc, node, n);
	made->nlink = inode_is_directory(made) ? 2 : 1;
	made->entry = &proc->entry;
	made->parent = dir;
	inode_get(dir);
	if (node->ops == &file_link_ops)
		error = set_target(made, n);
	if (error)
		inode_put(made);
	else
		*inode = made;
	return error;
}

/* Digits as the kernel writes them. => negative: it is something else */
static int64_t
parse_number(const char *name, size_t len)
{
	int64_t n = 0;

	if (len > NUMBER_DIGITS || (*name == '0' && len > 1))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return -1;
		n = n * 10 + (name[i] - '0');
	}
	return n;
}

static int
find(struct inode *dir, const char *name, size_t len, struct inode **inode)
{
	const struct node *node = dir->proc->node;
	const struct process *p = process_find(dir->proc->pid);
	int64_t n = parse_number(name, len);

	if (dir->proc->pid && !p)
		return -ESRCH;
	for (uint32_t i = 0; i < node->count; i++) {
		const struct node *child = &node->nodes[i];

		if (strlen(child->name) == len &&
		    memcmp(child->name, name, len) == 0)
			return make(dir, child, i, inode);
	}
	if (n < 0 || !node->next || node->next(p, (uint32_t)n) != n)
		return -ENOENT;
	return make(dir, node->other, (uint32_t)n, inode);
}

static bool
list(const struct inode *dir, struct listing *l)
{
	const struct node *node = dir->proc->node, *child = node->other;
	const struct process *p = process_find(dir->proc->pid);
	uint64_t i = l->cursor - CURSOR_FIRST;
	int64_t n = (int64_t)i;

	if ((dir->proc->pid && !p) || i > INT32_MAX)
		return false;
	if (i >= node->count) {
		n = node->next ? node->next(p, (uint32_t)(i - node->count))
			       : -1;
		if (n < 0)
			return false;
		format(l->number, sizeof(l->number), "%ld", n);
	} else {
		child = &node->nodes[i];
	}
	l->name = child->name ? child->name : l->number;
	l->len = strlen(l->name);
	l->cursor =
		(uint64_t)n + (child->name ? 0 : node->count) + CURSOR_FIRST;
	l->ino = ino_of(dir->proc, child, (uint64_t)n);
	l->mode = child->mode;
	return true;
}

int
procfs_init(void)
{
	struct proc *proc = heap_alloc(sizeof(*proc));
	struct inode *root;
	int error = proc ? path_directory("proc", &root) : -ENOMEM;

	if (error) {
		heap_free(proc);
		return error;
	}
	proc->node = &root_node;
	root->proc = proc;
	root->ops = root_node.ops;
	root->mode = root_node.mode;
	return 0;
}
