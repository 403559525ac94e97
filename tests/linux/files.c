/* Opening, reading, writing and closing files, and every error of it. */
#include <sys/uio.h>

#include "case.h"

static char buffer[8192];

CASE(open_missing)
{
	show(open("missing", O_RDONLY));
	show(open("missing", O_RDWR));
	show(open("missing/below", O_RDONLY));
	show(open("", O_RDONLY));
	show(open("missing/", O_CREAT | O_WRONLY, 0644));
	show(open("missing/below", O_CREAT | O_WRONLY, 0644));
}

CASE(open_lowest_descriptor)
{
	make_file("f", "");
	show(open("f", O_RDONLY));
	show(open("f", O_RDONLY));
	show(open("f", O_RDONLY));
	show(close(4));
	show(open("f", O_RDONLY));
	show(close(0));
	show(open("f", O_RDONLY));
}

CASE(open_exclusive)
{
	show(open("f", O_CREAT | O_EXCL | O_WRONLY, 0644));
	show(open("f", O_CREAT | O_EXCL | O_WRONLY, 0644));
	show(open(".", O_CREAT | O_EXCL | O_WRONLY, 0644));
	show(open("/", O_CREAT | O_EXCL | O_WRONLY, 0644));
}

CASE(open_truncates)
{
	make_file("f", "something");
	show(close(open("f", O_WRONLY)));
	show_file("f");
	show(close(open("f", O_WRONLY | O_TRUNC)));
	show_file("f");
}

CASE(open_directory)
{
	need(mkdir("d", 0755));
	make_file("f", "");
	show(open("d", O_RDONLY));
	show(open("d", O_WRONLY));
	show(open("d", O_RDWR));
	show(open("d", O_CREAT | O_RDONLY, 0644));
	show(open("d", O_RDONLY | O_TRUNC));
	show(open("d", O_RDONLY | O_DIRECTORY));
	show(open("f", O_RDONLY | O_DIRECTORY));
	show(open("missing", O_RDONLY | O_DIRECTORY));
	show(open("d/", O_RDONLY));
	show(open("f/", O_RDONLY));
	show(open("f/below", O_RDONLY));
	show(open("f/.", O_RDONLY));
	show(open("f/..", O_RDONLY));
}

CASE(open_with_bad_paths)
{
	static char path[5000];

	show(syscall(SYS_open, BAD, O_RDONLY));
	show(syscall(SYS_open, NULL, O_RDONLY));
	show(syscall(SYS_open, (char *)-1, O_RDONLY));
	memset(path, 'a', 255);
	show(open(path, O_RDONLY));
	path[255] = 'a';
	show(open(path, O_RDONLY));
	show(open(path, O_CREAT | O_WRONLY, 0644));
	memset(path, '/', 4094);
	path[4094] = 'x';
	show(open(path, O_RDONLY));
	path[4095] = 'x';
	show(open(path, O_RDONLY));
}

CASE(longest_name_works)
{
	static char name[257];

	memset(name, 'n', 255);
	make_file(name, "content");
	show_file(name);
	show(unlink(name));
	show(access(name, F_OK));
}

CASE(openat)
{
	int d;

	need(mkdir("d", 0755));
	make_file("d/f", "in d");
	make_file("g", "");
	d = open("d", O_RDONLY | O_DIRECTORY);
	check(openat(d, "f", O_RDONLY));
	show(openat(d, "g", O_RDONLY));
	check(openat(AT_FDCWD, "g", O_RDONLY));
	show(openat(99, "g", O_RDONLY));
	check(openat(99, "/", O_RDONLY));
	show(openat(open("g", O_RDONLY), "f", O_RDONLY));
	check(openat(d, "new", O_CREAT | O_WRONLY, 0644));
	show(access("d/new", F_OK));
	check(openat(d, "..", O_RDONLY));
	show(openat(d, "", O_RDONLY));
}

CASE(read_and_write_need_rights)
{
	make_file("f", "text");
	show(read(open("f", O_WRONLY), buffer, 1));
	show(write(open("f", O_RDONLY), buffer, 1));
	show(read(open("f", O_WRONLY), buffer, 0));
	show(write(open("f", O_RDONLY), buffer, 0));
	show(read(open(".", O_RDONLY), buffer, 1));
	show(write(open(".", O_RDONLY), buffer, 1));
}

CASE(bad_descriptors)
{
	struct stat st;

	show(read(99, buffer, 1));
	show(read(-1, buffer, 1));
	show(write(99, buffer, 1));
	show(close(99));
	show(close(-1));
	show(lseek(99, 0, SEEK_SET));
	show(fstat(99, &st));
	show(ftruncate(99, 0));
	show(fsync(99));
	show(fdatasync(99));
	show(fchdir(99));
	show(fchmod(99, 0));
	show(dup(99));
	show(dup2(99, 5));
	show(dup3(99, 5, 0));
	show(fcntl(99, F_GETFD));
	show(syscall(SYS_ioctl, 99, 0x5401, buffer));
	show(syscall(SYS_getdents64, 99, buffer, 100));
	show(pread(99, buffer, 1, 0));
	show(pwrite(99, buffer, 1, 0));
}

CASE(descriptor_is_an_int)
{
	make_file("f", "text");
	need(open("f", O_RDONLY));
	show(syscall(SYS_read, 3 | 1ul << 40, buffer, 2));
	show(syscall(SYS_close, 3 | 1ul << 33));
	show(syscall(SYS_close, 3));
}

CASE(read_into_bad_memory)
{
	int fd;

	make_file("f", "text");
	fd = open("f", O_RDONLY);
	show(syscall(SYS_read, fd, BAD, 4));
	show(syscall(SYS_read, fd, NULL, 4));
	show(syscall(SYS_read, fd, BAD, 0));
	show(syscall(SYS_read, fd, (char *)-4096, 4));
	show(syscall(SYS_read, fd, buffer, -1ul));
	show(syscall(SYS_read, fd, "constant", 4));
	show(lseek(fd, 0, SEEK_CUR));
	show(read(fd, buffer, 100));
	show(syscall(SYS_read, fd, BAD, 4)); /* at the end */
}

CASE(write_from_bad_memory)
{
	int fd = open("f", O_CREAT | O_WRONLY, 0644);

	show(syscall(SYS_write, fd, BAD, 4));
	show(syscall(SYS_write, fd, BAD, 0));
	show(syscall(SYS_write, fd, (char *)-4096, 4));
	show(syscall(SYS_write, fd, buffer, -1ul));
	show(lseek(fd, 0, SEEK_END));
	show(write(fd, "text", 4));
	show_file("f");
}

CASE(read_at_the_end)
{
	int fd;

	make_file("f", "four");
	fd = open("f", O_RDONLY);
	show(read(fd, buffer, 3));
	show(read(fd, buffer, 3));
	show(read(fd, buffer, 3));
	show(lseek(fd, 100, SEEK_SET));
	show(read(fd, buffer, 3));
}

CASE(seek)
{
	int fd;

	make_file("f", "0123456789");
	fd = open("f", O_RDWR);
	show(lseek(fd, 4, SEEK_SET));
	show(lseek(fd, 2, SEEK_CUR));
	show(lseek(fd, -7, SEEK_CUR));
	show(lseek(fd, 0, SEEK_CUR));
	show(lseek(fd, -3, SEEK_END));
	show(lseek(fd, -11, SEEK_END));
	show(lseek(fd, -1, SEEK_SET));
	show(lseek(fd, 0, 77));
	show(lseek(fd, LONG_MAX, SEEK_CUR));
	show(lseek(fd, LONG_MAX, SEEK_END));
	show(lseek(fd, 5, SEEK_END));
	show(write(fd, "x", 1));
	show(lseek(fd, 0, SEEK_END));
	show(lseek(0, 0, SEEK_SET)); /* /dev/null */
}

CASE(hole_reads_as_zeros)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), nonzero = 0;

	show(pwrite(fd, "end", 3, 10000));
	show(lseek(fd, 0, SEEK_END));
	for (off_t at = 0; at < 10000; at += 1000) {
		need(pread(fd, buffer, 1000, at));
		for (int i = 0; i < 1000; i++)
			nonzero += buffer[i] != 0;
	}
	show(nonzero);
}

CASE(append)
{
	int fd, other;

	make_file("f", "one ");
	fd = open("f", O_WRONLY | O_APPEND);
	other = open("f", O_WRONLY | O_APPEND);
	show(lseek(fd, 0, SEEK_CUR));
	show(write(fd, "two ", 4));
	show(write(other, "three ", 6));
	show(lseek(fd, 0, SEEK_SET));
	show(write(fd, "four", 4));
	show(lseek(fd, 0, SEEK_CUR));
	show(pwrite(fd, "five", 4, 0));
	show_file("f");
}

CASE(positional)
{
	int fd, tube[2];

	make_file("f", "0123456789");
	fd = open("f", O_RDWR);
	show(pread(fd, buffer, 3, 4));
	printf("%.3s\n", buffer);
	show(pwrite(fd, "abc", 3, 8));
	show(lseek(fd, 0, SEEK_CUR));
	show(pread(fd, buffer, 3, 100));
	show(pread(fd, buffer, 3, -1));
	show(pwrite(fd, buffer, 3, -1));
	show(pread(fd, BAD, 3, 0));
	need(pipe(tube));
	show(pread(tube[0], buffer, 1, 0));
	show(pwrite(tube[1], "x", 1, 0));
	show_file("f");
}

CASE(vectors)
{
	char a[3], b[4];
	struct iovec in[] = {{a, 3}, {NULL, 0}, {b, 4}};
	struct iovec out[] = {{(char *)"abc", 3}, {(char *)"defgh", 5}};
	struct iovec half[] = {{a, 3}, {BAD, 4}};
	struct iovec wrong[] = {{a, -1ul}, {b, 1}};
	int fd = open("f", O_CREAT | O_RDWR, 0644);

	show(writev(fd, out, 2));
	show_file("f");
	show(lseek(fd, 0, SEEK_SET));
	show(readv(fd, in, 3));
	printf("%.3s %.4s\n", a, b);
	show(readv(fd, in, 3));
	show(readv(fd, in, 0));
	show(syscall(SYS_readv, fd, in, -1));
	show(syscall(SYS_readv, fd, in, 1025));
	show(syscall(SYS_readv, fd, BAD, 1));
	show(writev(fd, wrong, 2));
	show(readv(99, in, 1));
	show(lseek(fd, 0, SEEK_SET));
	show(readv(fd, half, 2));
	show(lseek(fd, 0, SEEK_SET));
	show(readv(fd, half + 1, 1));
}

CASE(truncate)
{
	int fd;

	make_file("f", "0123456789");
	show(truncate("f", 4));
	show_file("f");
	fd = open("f", O_RDWR);
	show(ftruncate(fd, 6));
	show(pread(fd, buffer, 100, 0));
	show(memcmp(buffer, "0123\0\0", 6));
	show(ftruncate(fd, -1));
	show(ftruncate(open("f", O_RDONLY), 0));
	show(truncate("missing", 0));
	show(truncate(".", 0));
	show(truncate("f", -1));
	show(truncate("f/x", 0));
	show(truncate("", 0));
	show(syscall(SYS_truncate, BAD, 0));
	show(ftruncate(open(".", O_RDONLY), 0));
}

CASE(unlinked_file_lives_while_open)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644);
	struct stat st;

	show(write(fd, "kept", 4));
	show(unlink("f"));
	show(access("f", F_OK));
	show(pread(fd, buffer, 10, 0));
	show(fstat(fd, &st));
	show(st.st_nlink);
	make_file("f", "another");
	show(pread(fd, buffer, 10, 0));
	printf("%.4s\n", buffer);
}

CASE(two_opens_have_two_offsets)
{
	int one, two, same;

	make_file("f", "0123456789");
	one = open("f", O_RDONLY);
	two = open("f", O_RDONLY);
	same = dup(one);
	show(read(one, buffer, 3));
	show(lseek(two, 0, SEEK_CUR));
	show(lseek(same, 0, SEEK_CUR));
	show(lseek(same, 7, SEEK_SET));
	show(lseek(one, 0, SEEK_CUR));
}

static int shared;

static void
read_two(void)
{
	show(read(shared, buffer, 2));
}

CASE(fork_shares_the_offset)
{
	make_file("f", "0123456789");
	shared = open("f", O_RDONLY);
	show(read(shared, buffer, 3));
	finish(start(read_two));
	show(lseek(shared, 0, SEEK_CUR));
}

CASE(creation_mode_and_umask)
{
	struct stat st;

	printf("%o\n", umask(027));
	need(open("f", O_CREAT | O_WRONLY, 0777));
	need(mkdir("d", 0777));
	need(creat("g", 0666));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	need(stat("d", &st));
	printf("%o\n", st.st_mode);
	need(stat("g", &st));
	printf("%o\n", st.st_mode);
	printf("%o %o\n", umask(07777), umask(0));
}

CASE(beyond_the_largest_offset)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644);

	show(pwrite(fd, "x", 1, LONG_MAX));
	show(pwrite(fd, "xy", 2, LONG_MAX - 1));
	show(pread(fd, buffer, 1, LONG_MAX));
	show(pread(fd, buffer, 2, LONG_MAX - 1));
	show(lseek(fd, 0, SEEK_END));
}
