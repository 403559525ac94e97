/*
 * The file tree as it was at the start, and as it shall be again.
 *
 * Owns: the list of paths that were there. Fuzzers create, remove and rename
 * only names of their own; but random code may have the bad luck to hit others,
 * and then there is nothing to compare with any more.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

enum {
	KNOWN_MAX = 512,
	DEPTH_MAX = 300,
};

struct known {
	char path[64];
	ino_t ino;
	mode_t mode;
	off_t size;
	int seen; /* in this walk */
};

static struct known known[KNOWN_MAX];
static size_t known_count;
static int damaged;
static char path[4096]; /* of what is visited */

static void
damage(const char *name, const char *how)
{
	if (!damaged)
		printf("# %s %s\n", name, how);
	damaged = 1;
}

static struct known *
find(const char *name, ino_t ino)
{
	for (size_t i = 0; i < known_count; i++)
		if (known[i].ino == ino && strcmp(known[i].path, name) == 0)
			return &known[i];
	return NULL;
}

static void
learn(const char *name, const struct stat *st)
{
	struct known *k = &known[known_count];

	if (known_count == KNOWN_MAX || strlen(name) >= sizeof(k->path)) {
		fuzz_found("the tree is larger than expected: %s", name);
		return;
	}
	strcpy(k->path, name);
	k->ino = st->st_ino;
	k->mode = st->st_mode;
	k->size = st->st_size;
	known_count++;
}

static int walk(size_t len, int learning, int depth);

/* What is at `path`, which is len bytes long. => whether it was removed */
static int
visit(size_t len, int learning, int depth)
{
	struct known *k;
	struct stat st;

	if (lstat(path, &st))
		return 0;
	if (learning)
		learn(path, &st);
	k = find(path, st.st_ino);
	if (S_ISDIR(st.st_mode))
		while (walk(len, learning, depth + 1))
			;
	path[len] = '\0';
	if (!k)
		return (S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path)) == 0;
	k->seen = 1;
	if (k->mode != st.st_mode)
		chmod(path, k->mode & 07777);
	if (S_ISREG(st.st_mode) && k->size != st.st_size)
		damage(path, "has another size");
	return 0;
}

/* The directory at `path`. => whether anything was removed: that may hide what
 * comes after it from whoever reads the directory */
static int
walk(size_t len, int learning, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? opendir(len ? path : "/") : NULL;
	struct dirent *entry;
	int removed = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		size_t more = strlen(name) + 1;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    (len == 0 && strcmp(name, "proc") == 0) ||
		    len + more >= sizeof(path))
			continue;
		path[len] = '/';
		strcpy(path + len + 1, name);
		removed += visit(len + more, learning, depth);
	}
	closedir(dir);
	return removed;
}

void
fuzz_know_tree(void)
{
	walk(0, 1, 0);
}

int
fuzz_clean_tree(void)
{
	for (size_t i = 0; i < known_count; i++)
		known[i].seen = 0;
	if (chdir("/"))
		fuzz_found("chdir to / fails");
	while (walk(0, 0, 0))
		;
	for (size_t i = 0; i < known_count; i++)
		if (!known[i].seen)
			damage(known[i].path, "is gone");
	return damaged;
}
