/*
 * Directories and names: mkdir, rename, unlink, rmdir, getdents64, the current
 * directory. Runs on Linux as well.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "process.h"

static void
put(const char *path, const char *contents)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	need(write(fd, contents, strlen(contents)) >= 0, path);
	close(fd);
}

static const char *
get(const char *path)
{
	static char buf[32];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static int
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* => the number of names, "." and ".." included; the last in name */
static int
count(const char *path, char name[256])
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int n = 0;

	need(dir != NULL, path);
	while ((entry = readdir(dir))) {
		n++;
		if (name && entry->d_name[0] != '.')
			strcpy(name, entry->d_name);
	}
	closedir(dir);
	return n;
}

static void
making(void)
{
	struct stat st;

	is(mkdir("/tmp/d", 0755), 0, "mkdir");
	need(stat("/tmp/d", &st) == 0, "stat");
	ok(S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0755,
	   "makes a directory with those rights");
	is(st.st_nlink, 2, "and two links");
	fails(mkdir("/tmp/d", 0755), EEXIST, "twice: EEXIST");
	fails(mkdir("/tmp/no/d", 0755), ENOENT, "in nothing: ENOENT");
	is(count("/tmp/d", NULL), 2, "it holds . and ..");
	put("/tmp/d/f", "f");
	fails(rmdir("/tmp/d"), ENOTEMPTY, "rmdir of a full one: ENOTEMPTY");
	fails(unlink("/tmp/d"), EISDIR, "unlink of a directory: EISDIR");
	fails(rmdir("/tmp/d/f"), ENOTDIR, "rmdir of a file: ENOTDIR");
	is(unlink("/tmp/d/f"), 0, "unlink of the file");
	is(rmdir("/tmp/d"), 0, "rmdir of the empty directory");
	fails(rmdir("/tmp/d"), ENOENT, "twice: ENOENT");
	ok(rmdir("/") == -1, "rmdir of the root is refused");
}

static void
renaming(void)
{
	put("/tmp/a", "A");
	put("/tmp/b", "B");
	is(rename("/tmp/a", "/tmp/c"), 0, "rename");
	ok(!exists("/tmp/a") && exists("/tmp/c"), "gives another name");
	is(rename("/tmp/c", "/tmp/b"), 0, "rename over a file");
	is_string(get("/tmp/b"), "A", "replaces it");
	fails(rename("/tmp/a", "/tmp/x"), ENOENT, "of nothing: ENOENT");
	need(mkdir("/tmp/d", 0700) == 0 && mkdir("/tmp/d/e", 0700) == 0,
	     "mkdir");
	is(rename("/tmp/b", "/tmp/d/e/b"), 0, "into another directory");
	is_string(get("/tmp/d/e/b"), "A", "with its contents");
	fails(rename("/tmp/d", "/tmp/d/e/d"), EINVAL,
	      "a directory into itself: EINVAL");
	need(mkdir("/tmp/z", 0700) == 0, "mkdir");
	fails(rename("/tmp/d/e/b", "/tmp/z"), EISDIR,
	      "a file over a directory: EISDIR");
	fails(rename("/tmp/z", "/tmp/d/e/b"), ENOTDIR,
	      "a directory over a file: ENOTDIR");
	rmdir("/tmp/z");
	is(rename("/tmp/d/e", "/tmp/e"), 0, "a directory");
	is_string(get("/tmp/e/../e/b"), "A", "moves with all that is in it");
	fails(rename("/tmp/d", "/tmp/e"), ENOTEMPTY,
	      "over a full directory: ENOTEMPTY");
	is(rename("/tmp/e", "/tmp/d"), 0, "over an empty one");
	is(rename("/tmp/d/b", "/tmp/d/b"), 0, "to itself");
	unlink("/tmp/d/b");
	rmdir("/tmp/d");
}

static void
listing(void)
{
	char name[256] = "";
	static char path[300];
	DIR *dir;
	int n = 0, removed = 0;

	need(mkdir("/tmp/l", 0700) == 0, "mkdir");
	put("/tmp/l/only", "");
	is(count("/tmp/l", name), 3, "a directory with one file");
	is_string(name, "only", "lists it");
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "/tmp/l/a-rather-long-name-%d", i);
		put(path, "");
	}
	is(count("/tmp/l", NULL), 303, "300 more, in several calls");
	dir = opendir("/tmp/l");
	for (struct dirent *e; (e = readdir(dir)); n++) {
		snprintf(path, sizeof(path), "/tmp/l/%s", e->d_name);
		if (e->d_name[0] != '.')
			removed += unlink(path) == 0;
	}
	closedir(dir);
	is(removed, 301, "each can be removed while they are listed");
	is(rmdir("/tmp/l"), 0, "then the directory is empty");
	ok(opendir("/etc/motd") == NULL && errno == ENOTDIR,
	   "opendir of a file: ENOTDIR");
}

static int
move_away(void *unused)
{
	(void)unused;
	return chdir("/bin");
}

static void
current(void)
{
	char cwd[256];

	need(mkdir("/tmp/w", 0700) == 0 && chdir("/tmp/w") == 0, "chdir");
	is_string(getcwd(cwd, sizeof(cwd)), "/tmp/w", "getcwd after chdir");
	put("here", "x");
	ok(exists("/tmp/w/here") && exists("./here") && exists("../w/here"),
	   "paths begin at the current directory");
	ok(exists("//tmp///w/./here"), "slashes and dots do not matter");
	ok(!exists("/tmp/w/here/"), "a file is no directory");
	is(ending(run(move_away, NULL)), 0, "a child that moves");
	is_string(getcwd(cwd, sizeof(cwd)), "/tmp/w", "does not move us");
	fails(syscall(79, cwd, 3), ERANGE, "too small a buffer: ERANGE");
	need(chdir("..") == 0, "chdir");
	is_string(getcwd(cwd, sizeof(cwd)), "/tmp", "chdir to ..");
	need(chdir("/../..") == 0, "chdir");
	is_string(getcwd(cwd, sizeof(cwd)), "/", "above the root is the root");
	fails(chdir("/etc/motd"), ENOTDIR, "chdir to a file: ENOTDIR");
	fails(chdir("/nothing"), ENOENT, "chdir to nothing: ENOENT");
	unlink("/tmp/w/here");
	rmdir("/tmp/w");
}

static void
long_names(void)
{
	static char path[6000];
	int fd;

	strcpy(path, "/tmp/");
	memset(path + 5, 'n', 255);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	ok(fd >= 0, "a name of 255 bytes");
	close(fd);
	is(unlink(path), 0, "and its end");
	path[5 + 255] = 'n';
	fails(open(path, O_RDWR | O_CREAT, 0600), ENAMETOOLONG,
	      "a name of 256: ENAMETOOLONG");
	memset(path, '/', sizeof(path) - 1);
	fails(open(path, O_RDONLY), ENAMETOOLONG,
	      "a path of 6,000: ENAMETOOLONG");
	path[4095] = 0;
	fd = open(path, O_RDONLY);
	ok(fd >= 0, "a path of 4,095 slashes is the root");
	close(fd);
	path[1999] = 0;
	is(symlink(path, "/tmp/link"), 0, "a link to a path of 1,999");
	unlink("/tmp/link");
	path[1999] = '/';
	path[2000] = 0;
	fails(symlink(path, "/tmp/link"), ENAMETOOLONG,
	      "to one of 2,000: ENAMETOOLONG");
}

/* How a descriptor of /proc says what no symbolic link could hold. */
static void
deep_names(void)
{
	char name[251], path[100];
	int depth = 10;

	memset(name, 'd', 250);
	name[250] = 0;
	need(chdir("/tmp") == 0, "chdir");
	for (int i = 0; i < depth; i++)
		need(mkdir(name, 0755) == 0 && chdir(name) == 0, "mkdir");
	fails(readlink("/proc/self/cwd", path, sizeof(path)), ENAMETOOLONG,
	      "a directory of 2,510 bytes has no link: ENAMETOOLONG");
	for (int i = 0; i < depth; i++)
		need(chdir("..") == 0 && rmdir(name) == 0, "rmdir");
	is(readlink("/proc/self/cwd", path, sizeof(path)), 4, "/tmp has one");
	need(chdir("/") == 0, "chdir");
}

static void
rights(void)
{
	struct stat st;
	mode_t old = umask(027);
	int fd = open("/tmp/u", O_RDWR | O_CREAT, 0666);

	is(umask(old), 027, "umask returns the last one");
	need(fstat(fd, &st) == 0, "fstat");
	is(st.st_mode & 0777, 0640, "umask takes rights away");
	is(access("/bin/ls", X_OK), 0, "access to a program");
	fails(access("/bin/nothing", F_OK), ENOENT, "access to nothing");
	close(fd);
	unlink("/tmp/u");
}

int
main(void)
{
	making();
	renaming();
	listing();
	current();
	long_names();
	deep_names();
	rights();
	return done();
}
