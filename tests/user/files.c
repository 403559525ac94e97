/*
 * Files: open, read, write, truncate, unlink, descriptors. Runs on Linux as
 * well.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "process.h"

static const char path[] = "/tmp/files";

static int
new_file(const char *contents)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	need(fd >= 0, path);
	need(write(fd, contents, strlen(contents)) == (long)strlen(contents),
	     "write");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static long
size_of(int fd)
{
	struct stat st;

	need(fstat(fd, &st) == 0, "fstat");
	return st.st_size;
}

static const char *
contents(int fd)
{
	static char buf[64];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static void
reading_and_writing(void)
{
	int fd = new_file("hello");
	char buf[16] = "";

	is(read(fd, buf, 2), 2, "read two bytes");
	is(read(fd, buf, 16), 3, "then what is left");
	is(read(fd, buf, 16), 0, "then nothing");
	is(lseek(fd, 1, SEEK_SET), 1, "lseek from the start");
	is(write(fd, "EL", 2), 2, "write over the middle");
	is_string(contents(fd), "hELlo", "changes those bytes");
	is(lseek(fd, -1, SEEK_END), 4, "lseek from the end");
	is(lseek(fd, -2, SEEK_CUR), 2, "lseek from here");
	fails(lseek(fd, -9, SEEK_CUR), EINVAL, "lseek before the start");
	fails(lseek(fd, 0, 9), EINVAL, "lseek from nowhere");
	is(lseek(fd, 10, SEEK_SET), 10, "lseek beyond the end");
	is(size_of(fd), 5, "does not make it longer");
	is(write(fd, "x", 1), 1, "a write there does");
	is(size_of(fd), 11, "to where the write ended");
	need(pread(fd, buf, 6, 5) == 6, "pread");
	is(memcmp(buf, "\0\0\0\0\0x", 6), 0, "the gap is zeros");
	close(fd);
	unlink(path);
}

static void
opening(void)
{
	int fd = new_file("abc"), other;

	other = open(path, O_WRONLY | O_APPEND);
	is(write(other, "def", 3), 3, "O_APPEND writes at the end");
	is_string(contents(fd), "abcdef", "of what is there");
	fails(read(other, &(char){0}, 1), EBADF, "O_WRONLY does not read");
	close(other);
	other = open(path, O_RDONLY);
	fails(write(other, "x", 1), EBADF, "O_RDONLY does not write");
	close(other);
	fails(open(path, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST,
	      "O_EXCL refuses what exists");
	other = open(path, O_RDWR | O_TRUNC);
	is(size_of(fd), 0, "O_TRUNC empties it");
	close(other);
	fails(open("/tmp/nothing", O_RDONLY), ENOENT, "no such file: ENOENT");
	fails(open("/tmp/nothing/x", O_RDWR | O_CREAT, 0600), ENOENT,
	      "no such directory: ENOENT");
	fails(open("/tmp/files/x", O_RDONLY), ENOTDIR,
	      "a file as a directory: ENOTDIR");
	fails(open("/tmp", O_WRONLY), EISDIR, "writing a directory: EISDIR");
	fails(open("", O_RDONLY), ENOENT, "no name at all: ENOENT");
	fails(read(77, NULL, 0), EBADF, "a file that is not open: EBADF");
	fails(close(77), EBADF, "closing it: EBADF");
	close(fd);
	unlink(path);
}

static void
truncating(void)
{
	int fd = new_file("0123456789");

	is(ftruncate(fd, 4), 0, "ftruncate to less");
	is_string(contents(fd), "0123", "cuts");
	is(ftruncate(fd, 8), 0, "ftruncate to more");
	is(size_of(fd), 8, "lengthens");
	is_string(contents(fd), "0123", "with zeros");
	is(ftruncate(fd, 100000), 0, "by many pages");
	is(pwrite(fd, "z", 1, 99999), 1, "the last of which is written");
	is(size_of(fd), 100000, "within its size");
	fails(ftruncate(fd, -1), EINVAL, "ftruncate to less than nothing");
	is(ftruncate(fd, 0), 0, "ftruncate to nothing");
	close(fd);
	unlink(path);
}

static void
unlinking(void)
{
	int fd = new_file("still here"), other;
	struct stat st;

	is(unlink(path), 0, "unlink an open file");
	fails(stat(path, &st), ENOENT, "its name is gone");
	is_string(contents(fd), "still here", "its contents are not");
	other = new_file("another");
	is_string(contents(fd), "still here", "a new file of that name");
	is_string(contents(other), "another", "is another file");
	need(fstat(fd, &st) == 0, "fstat");
	is(st.st_nlink, 0, "the old one has no links");
	close(fd);
	close(other);
	is(unlink(path), 0, "unlink");
	fails(unlink(path), ENOENT, "twice: ENOENT");
}

static int
use_inherited(void *fd)
{
	return write(*(int *)fd, "child", 5) == 5 && close(*(int *)fd) == 0 ? 0
									    : 1;
}

static void
descriptors(void)
{
	int fd = new_file("0123456789"), copy = dup(fd), low;
	char c = 0;

	lseek(fd, 5, SEEK_SET);
	need(read(copy, &c, 1) == 1, "read");
	is(c, '5', "dup shares the offset");
	is(dup2(fd, 20), 20, "dup2 to a given number");
	close(fd);
	low = open(path, O_RDONLY);
	is(low, fd, "open takes the lowest free number");
	need(read(low, &c, 1) == 1, "read");
	is(c, '0', "a second open has its own offset");
	is(fcntl(copy, F_DUPFD, 30), 30, "F_DUPFD takes the lowest from 30");
	is(fcntl(30, F_GETFD), 0, "without close-on-exec");
	fcntl(30, F_SETFD, FD_CLOEXEC);
	is(fcntl(30, F_GETFD), FD_CLOEXEC, "which can be set");
	is(fcntl(copy, F_GETFD), 0, "for each number by itself");
	is(fcntl(low, F_GETFL) & O_ACCMODE, O_RDONLY, "F_GETFL");
	lseek(copy, 0, SEEK_SET);
	is(ending(run(use_inherited, &copy)), 0, "a child inherits files");
	is(lseek(copy, 0, SEEK_CUR), 5, "and shares their offsets");
	is_string(contents(copy), "child56789", "and contents");
	fails(dup(77), EBADF, "dup of nothing: EBADF");
	fails(dup2(low, -1), EBADF, "dup2 to less than nothing: EBADF");
	is(dup2(low, low), low, "dup2 to itself");
	close(low);
	close(copy);
	close(20);
	close(30);
	unlink(path);
}

static void
large(void)
{
	int fd = new_file("");
	static char block[8192], back[8192];
	int bad = 0;

	for (int i = 0; i < 100; i++) {
		memset(block, i, sizeof(block));
		bad += write(fd, block, sizeof(block)) != sizeof(block);
	}
	for (int i = 99; i >= 0; i--) {
		memset(block, i, sizeof(block));
		bad += pread(fd, back, sizeof(back), i * 8192) != sizeof(back);
		bad += memcmp(block, back, sizeof(back)) != 0;
	}
	is(bad, 0, "800 KiB come back as they were written");
	is(writev(fd, (struct iovec[]){{block, 3}, {back, 4}}, 2), 7,
	   "writev writes all its parts");
	is(size_of(fd), 100 * 8192 + 7, "one after the other");
	close(fd);
	unlink(path);
}

int
main(void)
{
	reading_and_writing();
	opening();
	truncating();
	unlinking();
	descriptors();
	large();
	return done();
}
