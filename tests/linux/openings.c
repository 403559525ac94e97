/* Descriptors: flags, copies, and what may be done with which. */
#include "case.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

CASE(copies)
{
	int fd;

	make_file("file", "0123456789");
	fd = open("file", O_RDWR);
	show(fd);
	show(dup(fd));
	show(dup2(fd, 40));
	show(dup2(fd, fd));
	show(dup3(fd, 41, O_CLOEXEC));
	show(fcntl(41, F_GETFD));
	show(fcntl(40, F_GETFD));
	show(dup3(fd, fd, 0));
	show(dup3(fd, 42, 1));
	show(dup3(99, 42, 0));
	show(dup2(99, 42));
	show(dup2(99, 99));
	show(dup2(fd, -1));
	show(dup2(fd, 1 << 30));
	show(dup(99));
	show(fcntl(fd, F_DUPFD, 20));
	show(fcntl(fd, F_DUPFD, 20));
	show(fcntl(fd, F_DUPFD_CLOEXEC, 20));
	show(fcntl(22, F_GETFD));
	show(fcntl(fd, F_DUPFD, -1));
	show(fcntl(fd, F_DUPFD, 1 << 30));
	show(lseek(fd, 4, SEEK_SET));
	show(lseek(40, 0, SEEK_CUR));
	show(close(fd));
	show(close(fd));
	show(lseek(41, 0, SEEK_CUR));
}

CASE(flags_of_files)
{
	int fd = open("file",
		      O_CREAT | O_EXCL | O_TRUNC | O_RDWR | O_CLOEXEC |
			      O_APPEND | O_NOCTTY,
		      0600);
	int p[2];

	show(fcntl(fd, F_GETFL));
	show(fcntl(fd, F_GETFD));
	show(fcntl(fd, F_SETFD, 0));
	show(fcntl(fd, F_GETFD));
	show(fcntl(fd, F_SETFD, 7));
	show(fcntl(fd, F_GETFD));
	show(fcntl(fd, F_SETFL, O_NONBLOCK | O_RDONLY | O_CREAT));
	show(fcntl(fd, F_GETFL));
	show(fcntl(fd, F_SETFL, 0));
	show(fcntl(fd, F_GETFL));
	show(fcntl(fd, 999));
	show(fcntl(99, F_GETFD));
	need(pipe2(p, O_NONBLOCK));
	show(fcntl(p[0], F_GETFL));
	show(fcntl(p[1], F_GETFL));
	show(fcntl(p[0], 1032));
	show(fcntl(fd, 1032));
	show(fcntl(open(".", O_RDONLY | O_DIRECTORY), F_GETFL));
}

CASE(appending)
{
	int fd, other;

	make_file("file", "123");
	fd = open("file", O_WRONLY | O_APPEND);
	other = open("file", O_WRONLY);
	show(write(fd, "4", 1));
	show(lseek(fd, 0, SEEK_CUR));
	show(write(other, "a", 1));
	show(lseek(fd, 0, SEEK_SET));
	show(write(fd, "5", 1));
	show(pwrite(fd, "6", 1, 0));
	show(lseek(fd, 0, SEEK_CUR));
	show_file("file");
	show(fcntl(other, F_SETFL, O_APPEND));
	show(write(other, "7", 1));
	show_file("file");
	show(fcntl(fd, F_SETFL, 0));
	show(pwrite(fd, "b", 1, 1));
	show_file("file");
}

CASE(opening)
{
	make_file("file", "123");
	need(mkdir("dir", 0755));
	show(open("file", O_RDONLY | O_DIRECTORY));
	show(open("file", O_RDONLY | O_CREAT | O_EXCL, 0600));
	show(open("file/", O_RDONLY));
	show(open("file/", O_RDONLY | O_CREAT, 0600));
	show(open("new/", O_RDONLY | O_CREAT, 0600));
	show(open("new", O_RDONLY | O_CREAT | O_DIRECTORY, 0600));
	show(open("dir", O_RDWR));
	show(open("dir", O_RDONLY | O_TRUNC));
	show(open("dir", O_RDONLY | O_CREAT, 0600));
	show(open("dir", O_RDONLY | O_CREAT | O_EXCL, 0600));
	show(open("dir/", O_RDONLY | O_CREAT, 0600));
	show(open(".", O_RDONLY | O_CREAT, 0600));
	show(open("missing/new", O_RDONLY | O_CREAT, 0600));
	show(open("file/new", O_RDONLY | O_CREAT, 0600));
	show(open("", O_RDONLY | O_CREAT, 0600));
	show(open(BAD, O_RDONLY));
	show(openat(99, "file", O_RDONLY));
	show(openat(0, "file", O_RDONLY));
	show(openat(-1, "/missing", O_RDONLY));
	show(creat("file", 0600));
	show_file("file");
	show(open("file", 3));
	show(fcntl(4, F_GETFL));
	show(read(4, BAD, 0));
	show(write(4, "x", 1));
}

CASE(long_names)
{
	static char name[5000];

	memset(name, 'n', 255);
	show(close(open(name, O_CREAT | O_RDWR, 0600)));
	show(access(name, F_OK));
	name[255] = 'n';
	show(open(name, O_CREAT | O_RDWR, 0600));
	show(mkdir(name, 0700));
	show(unlink(name));
	show(rename(name, "x"));
	show(rename("missing", name));
	show(access(name, F_OK));
	name[256] = '/';
	name[257] = 'x';
	show(access(name, F_OK));
	for (int i = 0; i < 4095; i++)
		name[i] = i % 2 ? '/' : '.';
	name[4095] = 0;
	show(access(name, F_OK));
	show(mkdir(name, 0700));
	name[4095] = 'x';
	show(access(name, F_OK));
	show(open(name, O_RDONLY));
}

CASE(places_only)
{
	char buf[8];
	struct stat st;
	int fd, dir;

	make_file("file", "123");
	need(mkdir("dir", 0755));
	make_file("dir/in", "inside");
	need(symlink("target", "link"));
	fd = open("file", O_PATH | O_RDWR | O_APPEND | O_CLOEXEC);
	show(fcntl(fd, F_GETFL));
	show(fcntl(fd, F_GETFD));
	show(fcntl(fd, F_SETFL, 0));
	show(read(fd, buf, 1));
	show(write(fd, buf, 1));
	show(lseek(fd, 0, SEEK_CUR));
	show(fchmod(fd, 0600));
	show(fchown(fd, 0, 0));
	show(ftruncate(fd, 0));
	show(fsync(fd));
	show(ioctl(fd, 0));
	show((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
	show(fstat(fd, &st));
	printf("%ld\n", (long)st.st_size);
	show(fchdir(fd));
	show(dup(fd));
	show(close(fd));
	fd = open("link", O_PATH | O_NOFOLLOW);
	check(fd);
	show(readlinkat(fd, "", buf, 8));
	show(fstat(fd, &st));
	printf("%o\n", st.st_mode & S_IFMT);
	show(open("link", O_PATH));
	dir = open("dir", O_PATH | O_DIRECTORY);
	check(dir);
	show(openat(dir, "missing", O_RDONLY));
	fd = openat(dir, "in", O_RDONLY);
	show(read(fd, buf, 8));
	show(fchdir(dir));
	show(access("in", F_OK));
	show(open("new", O_PATH | O_CREAT, 0600));
}

CASE(vectors)
{
	char a[4] = "", b[4] = "";
	struct iovec in[] = {{a, 3}, {NULL, 0}, {b, 3}};
	struct iovec out[] = {{"abc", 3}, {BAD, 0}, {"defg", 4}};
	struct iovec bad[] = {{a, 3}, {BAD, 3}};
	struct iovec huge[] = {{a, 3}, {b, -1}};
	int fd = open("file", O_CREAT | O_RDWR, 0600), p[2];

	need(pipe(p));
	show(pwritev(fd, out, 3, 2));
	show(lseek(fd, 0, SEEK_CUR));
	show(preadv(fd, in, 3, 3));
	printf("%s %s\n", a, b);
	show(writev(fd, out, 3));
	show(lseek(fd, 0, SEEK_SET));
	show(readv(fd, in, 3));
	printf("%s %s\n", a, b);
	show(preadv(fd, in, 3, 100));
	show(preadv(fd, in, 3, -1));
	show(preadv(99, in, 3, -1));
	show(preadv(99, in, 3, 0));
	show(preadv(p[0], in, 3, 0));
	show(pwritev(p[1], in, 3, 0));
	show(syscall(SYS_preadv, fd, in, 1025, 0, 0));
	show(syscall(SYS_preadv, fd, in, -1, 0, 0));
	show(preadv(fd, in, 0, 0));
	show(syscall(SYS_preadv, fd, BAD, 1, 0, 0));
	show(preadv(fd, bad, 2, 0));
	show(pwritev(fd, bad, 2, 0));
	show(preadv(fd, huge, 2, 0));
	show(preadv(open("file", O_WRONLY), in, 3, 0));
	show(pwritev(open("file", O_RDONLY), in, 3, 0));
}

CASE(unnamed_files)
{
	static char name[300];
	struct stat st;
	char buf[8] = "";
	int fd = memfd_create("name", MFD_CLOEXEC);

	show(fd);
	show(fcntl(fd, F_GETFD));
	show(fcntl(fd, F_GETFL));
	show(write(fd, "hello", 5));
	show(pread(fd, buf, 8, 0));
	show(fstat(fd, &st));
	printf("%o %ld %ld %s\n", st.st_mode, (long)st.st_size,
	       (long)st.st_nlink, buf);
	show(ftruncate(fd, 4096));
	show(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	show(memfd_create("name", 0));
	show(fcntl(4, F_GETFD));
	show(memfd_create("name", 0x40000000));
	show(memfd_create(BAD, 0));
	memset(name, 'x', 249);
	show(memfd_create(name, 0));
	name[249] = 'x';
	show(memfd_create(name, 0));
	show(memfd_create("", 0));
}

CASE(syncing)
{
	int fd = open("file", O_CREAT | O_RDWR, 0600), p[2];

	need(pipe(p));
	sync();
	show(fsync(fd));
	show(fdatasync(fd));
	show(fsync(99));
	show(fdatasync(p[0]));
	show(fsync(open(".", O_RDONLY)));
	show(fsync(open("/dev/null", O_RDONLY)));
	show(syncfs(fd));
	show(syncfs(99));
	show(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
	show(posix_fadvise(fd, 0, 0, 99));
	show(posix_fadvise(99, 0, 0, 0));
	show(posix_fadvise(p[0], 0, 0, 0));
}

/* What a copy of this program does in busy_programs. */
CASE(while_running)
{
	show(open("copy", O_RDWR));
	show(open("copy", O_RDONLY | O_TRUNC));
	show(truncate("copy", 0));
	show(close(open("copy", O_RDONLY)));
	show(unlink("copy"));
}

static void
run_copy(void)
{
	execl("copy", "copy", "while_running", NULL);
	show_result("execl", -1);
}

/* A program that runs cannot be written; one that is written cannot run. */
CASE(busy_programs)
{
	static char buf[65536];
	int in = open("../../glibc/openings", O_RDONLY), out;
	ssize_t n;

	if (in == -1)
		in = open("../../musl/openings", O_RDONLY);
	need(in);
	out = open("copy", O_CREAT | O_WRONLY, 0755);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		need(write(out, buf, (size_t)n));
	finish(start(run_copy));
	close(out);
	finish(start(run_copy));
	show(access("copy", F_OK));
}
