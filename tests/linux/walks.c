/* Hard and symbolic links, and how paths lead through them. */
#include "case.h"

static void
show_link(const char *name)
{
	char target[PATH_MAX] = "";
	ssize_t n = readlink(name, target, sizeof(target));

	printf("%s -> ", name);
	if (n == -1)
		printf("%s\n", errno_name(errno));
	else
		printf("%.*s\n", (int)n, target);
}

/* What kind of thing a name is, through links and not. */
static void
show_kind(const char *name)
{
	struct stat st;

	printf("%s:", name);
	if (lstat(name, &st) == 0)
		printf(" itself %o", st.st_mode & S_IFMT);
	else
		printf(" itself %s", errno_name(errno));
	if (stat(name, &st) == 0)
		printf(", target %o\n", st.st_mode & S_IFMT);
	else
		printf(", target %s\n", errno_name(errno));
}

static long
links_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? (long)st.st_nlink : -1;
}

CASE(symlink_to_file)
{
	struct stat st;

	make_file("file", "contents");
	show(symlink("file", "link"));
	show_link("link");
	show_kind("link");
	show_file("link");
	show(lstat("link", &st));
	printf("mode %o size %ld\n", st.st_mode, (long)st.st_size);
	show(symlink("other", "link"));
	show(unlink("link"));
	show_kind("link");
	show_file("file");
}

CASE(symlink_to_directory)
{
	show(mkdir("dir", 0755));
	make_file("dir/file", "inside");
	show(symlink("dir", "link"));
	show_file("link/file");
	show_kind("link/");
	show_kind("link/.");
	show_kind("link/..");
	show(rmdir("link"));
	show(rmdir("link/"));
	show(unlink("link/"));
	show(mkdir("link/new", 0755));
	show_kind("dir/new");
	show(rename("link/", "moved"));
	show(rename("link", "moved"));
	show_link("moved");
	show_kind("dir");
}

CASE(dangling_symlink)
{
	int fd;

	show(symlink("nothing", "link"));
	show_kind("link");
	show(open("link", O_RDONLY));
	show(open("link", O_CREAT | O_EXCL | O_WRONLY, 0600));
	show(mkdir("link", 0700));
	show(mkdir("link/", 0700));
	show(open("link/", O_CREAT | O_WRONLY, 0600));
	fd = open("link", O_CREAT | O_WRONLY, 0600);
	check(fd);
	show(write(fd, "made", 4));
	show_file("nothing");
	show_kind("link");
}

CASE(dots_over_links)
{
	show(mkdir("a", 0755));
	show(mkdir("a/b", 0755));
	show(symlink("a/b", "deep"));
	make_file("a/file", "beside b");
	show_file("deep/../file");
	show(access("deep/../deep", F_OK));
	show(chdir("deep"));
	show_file("../file");
	show(symlink("../../deep/../file", "up"));
	show_file("up");
	show(symlink("/", "root"));
	show_kind("root/..");
	show_kind("root");
	show_kind("root//dev/null");
}

CASE(loops)
{
	show(symlink("self", "self"));
	show(symlink("b", "a"));
	show(symlink("a", "b"));
	show(open("self", O_RDONLY));
	show(open("self", O_CREAT | O_RDWR, 0600));
	show(open("a/x", O_RDONLY));
	show(access("a", F_OK));
	show_kind("self");
	show(mkdir("self", 0755));
	show(unlink("self"));
	show_link("a");
}

/* 40 links are followed, 41 are not. */
CASE(forty_links)
{
	char name[16], target[16];

	make_file("l0", "end");
	for (int i = 1; i <= 41; i++) {
		sprintf(name, "l%d", i);
		sprintf(target, "l%d", i - 1);
		need(symlink(target, name));
	}
	show(access("l39", F_OK));
	show(access("l40", F_OK));
	show(access("l41", F_OK));
	show(unlink("l0"));
	show(mkdir("l0", 0755));
	show(access("l40/.", F_OK));
	show(access("l41/.", F_OK));
	show(access("l30/../l10", F_OK));
	show(access("l30/../l11", F_OK));
	show(faccessat(AT_FDCWD, "l41", F_OK, AT_SYMLINK_NOFOLLOW));
}

CASE(links_in_the_middle)
{
	show(mkdir("x", 0755));
	show(mkdir("x/y", 0755));
	show(symlink("y/", "x/s"));
	show(symlink("x/s/./", "t"));
	make_file("t/f", "found");
	show_file("x/y/f");
	show(symlink("t/f/", "bad"));
	show_kind("bad");
	show(symlink("t/f", "good"));
	show_kind("good");
	show_kind("good/");
	show_kind("good/.");
	show(open("t/../s/f", O_RDONLY | O_DIRECTORY));
}

CASE(nofollow)
{
	int fd;

	make_file("file", "");
	show(mkdir("dir", 0755));
	show(symlink("file", "to_file"));
	show(symlink("dir", "to_dir"));
	show(open("to_file", O_RDONLY | O_NOFOLLOW));
	show(open("to_dir", O_RDONLY | O_NOFOLLOW));
	show(open("to_dir", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
	show(open("to_file", O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
	fd = open("to_dir/", O_RDONLY | O_NOFOLLOW);
	check(fd);
	close(fd);
	fd = open("to_dir/../file", O_RDONLY | O_NOFOLLOW);
	check(fd);
	show(fcntl(fd, F_GETFL));
}

CASE(readlink_errors)
{
	char buf[8];

	make_file("file", "");
	show(symlink("0123456789", "link"));
	show(readlink("link", buf, 4));
	show(readlink("link", buf, 0));
	show(readlink("link", BAD, 4));
	show(readlink("file", buf, 4));
	show(readlink(".", buf, 4));
	show(readlink("missing", buf, 4));
	show(readlink("", buf, 4));
	show(readlink("link/", buf, 4));
	show(readlinkat(-1, "link", buf, 8));
	show(readlinkat(99, "", buf, 8));
	show(readlinkat(AT_FDCWD, "link", buf, 8));
}

CASE(symlink_errors)
{
	static char longest[5000];

	make_file("file", "");
	show(symlink("", "empty"));
	show(symlink("x", ""));
	show(symlink("x", "file"));
	show(symlink("x", "file/"));
	show(symlink("x", "new/"));
	show(symlink("x", "."));
	show(symlink("x", "missing/new"));
	show(symlink("x", "file/new"));
	show(symlink(BAD, "new"));
	show(symlink("x", BAD));
	memset(longest, 'x', 4096);
	show(symlink(longest, "new"));
	longest[255] = 0;
	show(symlink(longest, "255"));
	show(access("255", F_OK));
	longest[255] = 'x';
	longest[256] = 0;
	show(symlink(longest, "256"));
	show(access("256", F_OK));
	show(symlinkat("x", 99, "new"));
	show(symlinkat("x", AT_FDCWD, "new"));
}

CASE(hard_links)
{
	make_file("one", "shared");
	show(link("one", "two"));
	show(links_of("one"));
	show_file("two");
	show(unlink("one"));
	show(links_of("two"));
	show_file("two");
	show(mkdir("dir", 0755));
	show(links_of("dir"));
	show(mkdir("dir/sub", 0755));
	show(links_of("dir"));
	show(rmdir("dir/sub"));
	show(links_of("dir"));
}

CASE(link_errors)
{
	int fd;

	make_file("file", "");
	show(mkdir("dir", 0755));
	show(link("dir", "new"));
	show(link("dir", "file"));
	show(link("missing", "new"));
	show(link("file", "dir"));
	show(link("file", "file"));
	show(link("file", "new/"));
	show(link("file/", "new"));
	show(link("file", "missing/new"));
	show(link("file", "file/new"));
	show(link("", "new"));
	show(link("file", ""));
	show(link(BAD, "new"));
	show(link("file", BAD));
	show(linkat(AT_FDCWD, "file", AT_FDCWD, "new", 1));
	show(linkat(99, "file", AT_FDCWD, "new", 0));
	fd = open("file", O_RDONLY);
	show(linkat(fd, "", AT_FDCWD, "new", 0));
	show(linkat(fd, "", AT_FDCWD, "new", AT_EMPTY_PATH));
	show(links_of("file"));
	show(unlink("file"));
	show(unlink("new"));
	show(linkat(fd, "", AT_FDCWD, "new", AT_EMPTY_PATH));
}

CASE(link_to_symlink)
{
	make_file("file", "");
	show(symlink("file", "sym"));
	show(link("sym", "hard"));
	show_kind("hard");
	show(linkat(AT_FDCWD, "sym", AT_FDCWD, "follow", AT_SYMLINK_FOLLOW));
	show_kind("follow");
	show(links_of("file"));
}

CASE(rename_over_links)
{
	make_file("file", "f");
	show(symlink("file", "link"));
	show(link("file", "same"));
	show(rename("file", "same"));
	show(access("file", F_OK));
	show(rename("link", "link2"));
	show_link("link2");
	make_file("other", "o");
	show(rename("other", "link2"));
	show_kind("link2");
	show_file("file");
}

CASE(exchange)
{
	make_file("file", "f");
	show(mkdir("dir", 0755));
	make_file("dir/inner", "i");
#define SWAP(a, b, flags) \
	show(syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, flags))
	SWAP("file", "dir", 2);
	show_kind("file");
	show_file("dir");
	show_file("file/inner");
	SWAP("file", "missing", 2);
	SWAP("missing", "file", 2);
	SWAP("file", "file/inner", 2);
	SWAP("file/inner", "file", 2);
	SWAP("file", "dir", 3);
	SWAP("file", "dir", 8);
	SWAP("file", "dir", 1);
	SWAP("dir", "file/inner", 2);
	show_file("dir");
	show_file("file/inner");
	SWAP("dir", "new", 1);
	SWAP(".", "new", 2);
	SWAP("file/", "new/", 2);
	SWAP("file/", "new/", 0);
	show_kind("file");
}
