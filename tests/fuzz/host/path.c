/*
 * kernel/path.c, beside a second opinion: in a small tree, the bytes are what a
 * link leads to, and after a zero the path to walk.
 *
 *	/ +- d +- e +- f	a file
 *	  |    |    +- up -> ..
 *	  |    +- x -> (the first text)
 *	  +- x -> (the same)
 *	  +- loop -> loop
 *	  +- c0 -> c1 -> ... -> c39 -> d
 *	  +- made		a directory like those of /proc: "self" is a
 *				link to /d, "more" another such directory
 */
#include "kernel/path.h"

#include "fakes.h"
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "target.h"

enum {
	CHAIN = 40,
};

static struct inode *dir_d, *dir_e, *link_root, *link_d;
static size_t objects;

static int find_made_up(struct inode *dir, const char *name, size_t len,
			struct inode **inode);

static const struct file_ops made_ops = {.find = find_made_up};

static void
set_target(struct inode *link, const char *target)
{
	free(link->target);
	link->target = strdup(target);
	MUST(link->target);
}

static struct inode *
new_link(const char *target)
{
	struct inode *link = inode_new_link(strlen(target));

	strcpy(link->target, target);
	return link;
}

static int
find_made_up(struct inode *dir, const char *name, size_t len,
	     struct inode **inode)
{
	*inode = NULL;
	if (len != 4)
		return -ENOENT;
	if (memcmp(name, "self", len) == 0)
		*inode = new_link("/d");
	else if (memcmp(name, "more", len) == 0)
		*inode = inode_new(S_IFDIR | 0755, &made_ops);
	else
		return -ENOENT;
	(*inode)->parent = dir;
	inode_get(dir);
	return 0;
}

/* Names it in dir. => it */
static struct inode *
add(struct inode *dir, const char *name, struct inode *inode)
{
	MUST(directory_add(dir, name, strlen(name), inode) == 0);
	inode_put(inode);
	return inode;
}

static void
make_tree(void)
{
	char name[8], target[8];

	MUST(inode_init() == 0);
	dir_d = add(inode_root, "d",
		    inode_new(S_IFDIR | 0755, &file_directory_ops));
	dir_e = add(dir_d, "e", inode_new(S_IFDIR | 0755, &file_directory_ops));
	add(dir_e, "f", inode_new_file(0644));
	add(dir_e, "up", new_link(".."));
	link_d = add(dir_d, "x", new_link("e"));
	link_root = add(inode_root, "x", new_link("d"));
	add(inode_root, "loop", new_link("loop"));
	for (int i = 0; i < CHAIN; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		snprintf(target, sizeof(target), i + 1 < CHAIN ? "c%d" : "d",
			 i + 1);
		add(inode_root, name, new_link(target));
	}
	add(inode_root, "made", inode_new(S_IFDIR | 0755, &made_ops));
	objects = fakes_objects;
}

/* => what the name is in dir, or NULL; the same for any name of ".." */
static struct inode *
look_up(struct inode *dir, const char *name, size_t len)
{
	struct entry *e = directory_find(dir, name, len);

	return e ? e->inode : NULL;
}

/* The words of a path one by one, as fs/namei.c has them. *inode is NULL where
 * it would be one that is made when looked for.
 * => 0 or -errno, 1: it comes past the directory "made" */
static int
second_opinion(struct inode *at, const char *path, struct inode **inode)
{
	static char rest[1 << 20], more[1 << 20];
	int links = 0;

	if (!*path)
		return -ENOENT;
	strcpy(rest, path);
	if (*path == '/')
		at = inode_root;
	for (;;) {
		const char *name = rest + strspn(rest, "/");
		size_t len = strcspn(name, "/");
		const char *after = name + len;
		struct inode *next;

		*inode = at;
		if (!len)
			return 0;
		if (at->ops->find)
			return 1;
		if (len > 255)
			return -ENAMETOOLONG;
		if (len == 1 && name[0] == '.')
			next = at;
		else if (len == 2 && name[0] == '.' && name[1] == '.')
			next = at->parent ? at->parent : at;
		else
			next = look_up(at, name, len);
		if (!next)
			return -ENOENT;
		if (next->target) {
			if (++links > LINKS_MAX)
				return -ELOOP;
			MUST(strlen(next->target) + strlen(after) <
			     sizeof(more));
			strcat(strcpy(more, next->target), after);
			if (*more == '/')
				at = inode_root;
			strcpy(rest, more);
			continue;
		}
		if (*after && !inode_is_directory(next))
			return -ENOTDIR;
		at = next;
		memmove(rest, after, strlen(after) + 1);
	}
}

/* The inode has a path that leads to it. */
static void
check_path_of(struct inode *inode)
{
	char buf[PATH_LENGTH];
	struct inode *again;
	long len = path_of(inode, buf, sizeof(buf));

	MUST(len > 0);
	MUST(path_lookup(inode_root, buf + sizeof(buf) - len, &again) == 0);
	MUST(again == inode);
}

static void
check(struct inode *start, const char *text)
{
	struct inode *found = NULL, *wanted = NULL;
	int error = path_lookup(start, text, &found);
	int other = second_opinion(start, text, &wanted);

	if (other == 1)
		return;
	MUST(error == other);
	if (error)
		return;
	MUST(found == wanted);
	if (!found->proc && !found->ops->find)
		check_path_of(found);
}

/* As system calls do it: only without a fault. */
static void
walk_as_a_call(const char *text)
{
	static const uint64_t flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH};
	struct inode *found;
	struct path p;

	fakes_text = text;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		(void)!path_find((uint64_t)AT_FDCWD, 0, flags[i], &found);
	for (int end = PATH_NAME; end <= PATH_TARGET; end++)
		if (path_walk(&p, (uint64_t)AT_FDCWD, 0, (enum path_end)end) ==
		    0)
			MUST(p.dir && (p.inode || p.error) &&
			     p.len <= strlen(p.name));
	(void)!path_find(7, 0, AT_EMPTY_PATH, &found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char target[TARGET_MAX + 1] = "d", *text = malloc(size + 1);
	size_t len = strnlen((const char *)bytes, size);
	struct inode *root;

	if (!inode_root)
		make_tree();
	if (len > 0 && len <= TARGET_MAX) {
		memcpy(target, bytes, len);
		target[len] = '\0';
	}
	set_target(link_root, target);
	set_target(link_d, target);
	len = len < size ? len + 1 : 0;
	memcpy(text, bytes + len, size - len);
	text[size - len] = '\0';
	check(inode_root, text);
	check(dir_e, text);
	fakes_enter(dir_d);
	walk_as_a_call(text);
	free(text);
	MUST(path_lookup(inode_root, "/", &root) == 0 && root == inode_root);
	MUST(fakes_objects == objects);
	return 0;
}
