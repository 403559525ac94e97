/* Hard and symbolic links. */
#include "tree.h"

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
