/* The tree: directories, links, names, and the errors of paths. */
#include <dirent.h>

#include "case.h"

/* Linux's, which musl's headers do not have under this name. */
#define EXCHANGE  2
#define NOREPLACE 1

static char long_name[300];

static void
fill_long_name(void)
{
	memset(long_name, 'n', 256);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list(const char *path)
{
	static char *names[100];
	struct dirent *entry;
	DIR *dir = opendir(path);
	size_t n = 0;

	need_result(path, dir ? 0 : -1);
	while ((entry = readdir(dir)) && n < 100)
		names[n++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, n, sizeof(names[0]), compare);
	printf("%s:", path);
	for (size_t i = 0; i < n; i++)
		printf(" %s", names[i]);
	printf("\n");
}

CASE(mkdir_errors)
{
	fill_long_name();
	make_file("f", "");
	show(mkdir("d", 0755));
	show(mkdir("d", 0755));
	show(mkdir("d/", 0755));
	show(mkdir("f", 0755));
	show(mkdir("f/d", 0755));
	show(mkdir("missing/d", 0755));
	show(mkdir("", 0755));
	show(mkdir("/", 0755));
	show(mkdir(".", 0755));
	show(mkdir("..", 0755));
	show(mkdir("new/", 0755));
	show(mkdir(long_name, 0755));
	show(syscall(SYS_mkdir, BAD, 0755));
	list(".");
}

CASE(rmdir_errors)
{
	fill_long_name();
	make_file("f", "");
	need(mkdir("d", 0755));
	need(mkdir("d/e", 0755));
	show(rmdir("d"));
	show(rmdir("f"));
	show(rmdir("missing"));
	show(rmdir("f/x"));
	show(rmdir("."));
	show(rmdir(".."));
	show(rmdir("d/e/."));
	show(rmdir("d/e/.."));
	show(rmdir(""));
	show(rmdir("/"));
	show(rmdir(long_name));
	show(syscall(SYS_rmdir, BAD));
	show(rmdir("d/e/"));
	show(rmdir("d"));
	list(".");
}

CASE(unlink_errors)
{
	fill_long_name();
	make_file("f", "");
	need(mkdir("d", 0755));
	show(unlink("d"));
	show(unlink("missing"));
	show(unlink("f/"));
	show(unlink("f/x"));
	show(unlink(""));
	show(unlink("."));
	show(unlink("/"));
	show(unlink("d/"));
	show(unlink(long_name));
	show(syscall(SYS_unlink, BAD));
	show(unlink("f"));
	show(unlink("f"));
	list(".");
}

CASE(unlinkat)
{
	int d;

	need(mkdir("d", 0755));
	need(mkdir("d/e", 0755));
	make_file("d/f", "");
	d = open("d", O_RDONLY);
	show(unlinkat(d, "e", 0));
	show(unlinkat(d, "f", AT_REMOVEDIR));
	show(unlinkat(d, "e", AT_REMOVEDIR));
	show(unlinkat(d, "f", 0));
	show(unlinkat(d, "f", 12345));
	show(unlinkat(99, "f", 0));
	show(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
	show(mkdirat(d, "g", 0755)); /* in a directory that is gone */
	show(mkdirat(99, "g", 0755));
	show(mkdirat(AT_FDCWD, "g", 0755));
	list(".");
}

CASE(removed_directory)
{
	int d;
	char path[100];

	need(mkdir("d", 0755));
	d = open("d", O_RDONLY);
	need(chdir("d"));
	show(rmdir("../d"));
	show(open("f", O_CREAT | O_WRONLY, 0644));
	show(mkdir("e", 0755));
	check(open(".", O_RDONLY));
	show(syscall(SYS_getcwd, path, 100));
	show(fchdir(d));
	show(chdir("."));
	show(syscall(SYS_getdents64, d, path, 100));
}

CASE(rename_files)
{
	make_file("a", "a");
	make_file("b", "b");
	need(mkdir("d", 0755));
	need(mkdir("e", 0755));
	show(rename("a", "c"));
	show(rename("c", "b"));
	show_file("b");
	show(rename("b", "b"));
	show(rename("b", "d"));
	show(rename("d", "b"));
	show(rename("b", "d/b"));
	show(rename("d", "e"));
	list(".");
	list("e");
}

CASE(rename_errors)
{
	fill_long_name();
	make_file("f", "");
	need(mkdir("d", 0755));
	need(mkdir("d/e", 0755));
	need(mkdir("x", 0755));
	make_file("x/y", "");
	show(rename("missing", "f"));
	show(rename("f", "missing/f"));
	show(rename("f", "f/f"));
	show(rename("d", "d/e/d"));
	show(rename("d", "d/d"));
	show(rename("d/e", "d"));
	show(rename("d", "x"));
	show(rename("d", "f"));
	show(rename("f", "d"));
	show(rename("f", "g/"));
	show(rename("f/", "g"));
	show(rename("d", "g/"));
	show(rename(".", "h"));
	show(rename("g", "."));
	show(rename("g", ".."));
	show(rename("/", "h"));
	show(rename("g", "/"));
	show(rename("", "h"));
	show(rename("g", ""));
	show(rename("f", long_name));
	show(rename(long_name, "f"));
	show(syscall(SYS_rename, BAD, "f"));
	show(syscall(SYS_rename, "f", BAD));
	list(".");
}

static long
rename2(int from, const char *old, int to, const char *new, unsigned int flags)
{
	return syscall(SYS_renameat2, from, old, to, new, flags);
}

CASE(rename_with_flags)
{
	make_file("a", "a");
	make_file("b", "b");
	show(rename2(AT_FDCWD, "a", AT_FDCWD, "b", NOREPLACE));
	show(rename2(AT_FDCWD, "a", AT_FDCWD, "c", NOREPLACE));
	show(rename2(AT_FDCWD, "b", AT_FDCWD, "c", 77));
	show(rename2(AT_FDCWD, "b", AT_FDCWD, "c", EXCHANGE | NOREPLACE));
	show(rename2(99, "b", AT_FDCWD, "c", 0));
	show(rename2(AT_FDCWD, "b", 99, "c", 0));
	show(renameat(AT_FDCWD, "b", AT_FDCWD, "c"));
	list(".");
	show_file("c");
}

CASE(hard_links)
{
	struct stat one, two;

	fill_long_name();
	make_file("f", "shared");
	need(mkdir("d", 0755));
	show(link("f", "g"));
	need(stat("f", &one));
	need(stat("g", &two));
	show(one.st_ino == two.st_ino);
	show(one.st_nlink);
	make_file("g", "changed");
	show_file("f");
	show(unlink("f"));
	show_file("g");
	need(stat("g", &two));
	show(two.st_nlink);
	show(link("g", "g"));
	show(link("d", "e"));
	show(link("missing", "e"));
	show(link("g", "missing/e"));
	show(link("g/", "e"));
	show(link("g", "e/"));
	show(link("g", long_name));
	show(link("g", ""));
	show(syscall(SYS_link, BAD, "e"));
	show(syscall(SYS_link, "g", BAD));
	show(linkat(AT_FDCWD, "g", AT_FDCWD, "h", 0x8000));
	show(rename("g", "d/g"));
	list(".");
}

CASE(rename_of_two_links_of_one_file)
{
	make_file("a", "one");
	need(link("a", "b"));
	show(rename("a", "b"));
	list(".");
}

CASE(symbolic_links)
{
	char target[20] = "";
	struct stat st;

	make_file("f", "target");
	show(symlink("f", "s"));
	show_file("s");
	show(readlink("s", target, sizeof(target)));
	printf("%s\n", target);
	show(readlink("s", target, 0));
	show(symlink("longer", "t"));
	show(readlink("t", target, 3));
	printf("%.3s\n", target);
	need(lstat("s", &st));
	printf("%o %ld\n", st.st_mode, (long)st.st_size);
	need(stat("s", &st));
	printf("%o %ld\n", st.st_mode, (long)st.st_size);
	show(unlink("s"));
	show_file("f");
}

CASE(symbolic_link_errors)
{
	char target[20];

	fill_long_name();
	make_file("f", "");
	need(symlink("missing", "dangling"));
	show(symlink("f", "f"));
	show(symlink("f", "dangling"));
	show(symlink("", "s"));
	show(symlink("f", ""));
	show(symlink("f", "missing/s"));
	show(symlink("f", "f/s"));
	show(symlink("f", long_name));
	show(syscall(SYS_symlink, BAD, "s"));
	show(syscall(SYS_symlink, "f", BAD));
	show(readlink("f", target, 20));
	show(readlink(".", target, 20));
	show(readlink("missing", target, 20));
	show(readlink("f/x", target, 20));
	show(readlink("", target, 20));
	show(readlink("dangling", BAD, 20));
	show(syscall(SYS_readlink, "dangling", target, -1));
	show(syscall(SYS_readlink, BAD, target, 20));
	show(open("dangling", O_RDONLY));
	show(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644));
	check(open("dangling", O_CREAT | O_WRONLY, 0644));
	list(".");
}

CASE(loops_of_links)
{
	struct stat st;

	need(symlink("b", "a"));
	need(symlink("a", "b"));
	need(symlink("self", "self"));
	show(open("a", O_RDONLY));
	show(open("self", O_RDONLY));
	show(open("a/x", O_RDONLY));
	show(stat("self", &st));
	show(lstat("self", &st));
	show(chdir("a"));
	show(open("self", O_CREAT | O_WRONLY, 0644));
	show(mkdir("a", 0755));
	show(rename("a", "c"));
	show(unlink("self"));
}

CASE(links_to_links)
{
	char name[20], before[20] = "f";

	make_file("f", "far");
	for (int i = 1; i <= 41; i++) {
		sprintf(name, "l%d", i);
		need(symlink(before, name));
		strcpy(before, name);
	}
	check(open("l40", O_RDONLY));
	show(open("l41", O_RDONLY));
}

CASE(links_to_directories)
{
	struct stat st;

	need(mkdir("d", 0755));
	make_file("d/f", "inside");
	need(symlink("d", "s"));
	need(symlink("s/f", "t"));
	need(symlink("../d/./f", "d/u"));
	show_file("s/f");
	show_file("t");
	show_file("s/u");
	show(rmdir("s"));
	show(rmdir("s/"));
	show(mkdir("s", 0755));
	show(unlink("s/"));
	show(lstat("s/", &st));
	show(S_ISDIR(st.st_mode) != 0);
	show(lstat("s", &st));
	show(S_ISLNK(st.st_mode) != 0);
	check(open("s", O_RDONLY | O_DIRECTORY));
	show(open("s", O_RDONLY | O_NOFOLLOW));
	show(open("s", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
	check(open("s/f", O_RDONLY | O_NOFOLLOW));
	show(chdir("s"));
	show(access("f", F_OK));
	show(unlink("../s"));
	list("..");
}

CASE(links_by_directory)
{
	char target[10];
	int d;

	need(mkdir("d", 0755));
	d = open("d", O_RDONLY);
	show(symlinkat("f", d, "s"));
	show(readlinkat(d, "s", target, 10));
	show(readlinkat(99, "s", target, 10));
	show(symlinkat("f", 99, "s"));
	show(linkat(d, "s", d, "t", 0));
	show(linkat(d, "s", d, "u", AT_SYMLINK_FOLLOW));
	make_file("d/f", "");
	show(linkat(d, "s", d, "u", AT_SYMLINK_FOLLOW));
	show(readlinkat(d, "t", target, 10));
	show(readlinkat(d, "u", target, 10));
	list("d");
}

CASE(working_directory)
{
	static char path[5000];
	char *end;

	fill_long_name();
	need(mkdir("d", 0755));
	make_file("f", "");
	show(chdir("d"));
	need(syscall(SYS_getcwd, path, sizeof(path)));
	end = strrchr(path, '/');
	puts(end);
	show(chdir(".."));
	show(chdir("f"));
	show(chdir("missing"));
	show(chdir(""));
	show(chdir("f/.."));
	show(chdir(long_name));
	show(syscall(SYS_chdir, BAD));
	show(fchdir(open("f", O_RDONLY)));
	show(fchdir(open("d", O_RDONLY)));
	show(access("../f", F_OK));
	show(chdir("/"));
	show(syscall(SYS_getcwd, path, 2));
	puts(path);
	show(syscall(SYS_getcwd, path, 1));
	show(syscall(SYS_getcwd, path, 0));
	show(syscall(SYS_getcwd, BAD, 100));
	show(chdir("../../.."));
	show(syscall(SYS_getcwd, path, 100));
}

CASE(dots_and_slashes)
{
	need(mkdir("d", 0755));
	make_file("d/f", "found");
	show_file("d/f");
	show_file("./d/f");
	show_file("d//f");
	show_file("d/./f");
	show_file("d/../d/f");
	show_file(".///d///f");
	show(access("d/f/", F_OK));
	show(access("d/", F_OK));
	show(access("d/.", F_OK));
	show(access("missing/../d", F_OK));
	show(access("/../../tmp", F_OK));
}

CASE(directory_entries)
{
	static char many[20];

	need(mkdir("d", 0755));
	list("d");
	for (int i = 0; i < 60; i++) {
		sprintf(many, "d/file-%d", i);
		make_file(many, "");
	}
	list("d");
}

CASE(entry_types)
{
	struct dirent *entry;
	DIR *dir;

	need(mkdir("d", 0755));
	need(mkdir("d/dir", 0755));
	make_file("d/file", "");
	need(symlink("x", "d/link"));
	dir = opendir("d");
	for (int i = 0; i < 100 && (entry = readdir(dir)); i++) {
		if (strcmp(entry->d_name, "dir") == 0)
			printf("dir %d\n", entry->d_type == DT_DIR);
		if (strcmp(entry->d_name, "file") == 0)
			printf("file %d\n", entry->d_type == DT_REG);
		if (strcmp(entry->d_name, "link") == 0)
			printf("link %d\n", entry->d_type == DT_LNK);
	}
}

CASE(getdents_errors)
{
	static char buffer[1000];
	int d, f;

	make_file("f", "");
	f = open("f", O_RDONLY);
	d = open(".", O_RDONLY);
	show(syscall(SYS_getdents64, f, buffer, 1000));
	show(syscall(SYS_getdents64, d, buffer, 10));
	show(syscall(SYS_getdents64, d, buffer, 0));
	show(syscall(SYS_getdents64, d, BAD, 1000));
	check(syscall(SYS_getdents64, d, buffer, 1000));
	show(syscall(SYS_getdents64, d, buffer, 1000));
	show(lseek(d, 0, SEEK_SET));
	check(syscall(SYS_getdents64, d, buffer, 1000));
}

CASE(telldir_and_seekdir)
{
	struct dirent *entry;
	char second[300];
	long place;
	DIR *dir;

	make_file("a", "");
	make_file("b", "");
	dir = opendir(".");
	readdir(dir);
	place = telldir(dir);
	entry = readdir(dir);
	strcpy(second, entry->d_name);
	while (readdir(dir))
		;
	seekdir(dir, place);
	entry = readdir(dir);
	show(strcmp(entry->d_name, second));
	rewinddir(dir);
	for (place = 0; readdir(dir); place++)
		;
	show(place);
}
