/*
 * Removes files; with -r, directories and all that is in them.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_tree(const char *path);

static int
complain(const char *path)
{
	fprintf(stderr, "rm: ");
	perror(path);
	return 1;
}

/* The first name in a directory that is not "." or "..".
 * => false: there is none */
static int
first_name(const char *path, char *name, size_t size)
{
	DIR *dir = opendir(path);
	struct dirent *entry = NULL;

	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			break;
	if (entry)
		snprintf(name, size, "%s/%s", path, entry->d_name);
	closedir(dir);
	return entry != NULL;
}

/* One name at a time, the directory opened anew for each: no open directory is
 * kept on the way down, and none changes while it is read. */
static int
remove_directory(const char *path)
{
	char name[512];

	while (first_name(path, name, sizeof(name)))
		if (remove_tree(name))
			return 1;
	return rmdir(path) ? complain(path) : 0;
}

static int
remove_tree(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return complain(path);
	if (S_ISDIR(st.st_mode))
		return remove_directory(path);
	return unlink(path) ? complain(path) : 0;
}

int
main(int argc, char *argv[])
{
	int tree = argc > 1 && strcmp(argv[1], "-r") == 0;
	int failed = 0;

	if (argc < 2 + tree) {
		fprintf(stderr, "usage: rm [-r] FILE...\n");
		return 2;
	}
	for (int i = 1 + tree; i < argc; i++)
		if (tree)
			failed |= remove_tree(argv[i]);
		else if (unlink(argv[i]))
			failed |= complain(argv[i]);
	return failed;
}
