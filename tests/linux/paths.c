/* The tree: directories, names, and the errors of paths. */
#include "tree.h"

/* Linux's, which musl's headers do not have under this name. */
#define EXCHANGE  2
#define NOREPLACE 1

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
	int right = 0;
	DIR *dir;

	need(mkdir("d", 0755));
	need(mkdir("d/dir", 0755));
	make_file("d/file", "");
	need(symlink("x", "d/link"));
	dir = opendir("d");
	while ((entry = readdir(dir))) /* in any order */
		right += (!strcmp(entry->d_name, "dir") &&
			  entry->d_type == DT_DIR) ||
			 (!strcmp(entry->d_name, "file") &&
			  entry->d_type == DT_REG) ||
			 (!strcmp(entry->d_name, "link") &&
			  entry->d_type == DT_LNK);
	show(right);
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
