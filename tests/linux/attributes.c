/* What is known of a file besides its contents: size, mode, owner, times. */
#include "case.h"

#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <utime.h>

static void
show_mode(const char *name)
{
	struct stat st;

	need(stat(name, &st));
	printf("%s: %o\n", name, st.st_mode);
}

static void
show_times(const char *name)
{
	struct stat st;

	need(lstat(name, &st));
	printf("%s: %ld.%09ld %ld.%09ld\n", name, (long)st.st_atim.tv_sec,
	       st.st_atim.tv_nsec, (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* Which times are those of the last second or so. */
static void
show_recent(const char *name)
{
	struct stat st;
	time_t now = time(NULL) - 100;

	need(lstat(name, &st));
	printf("%s:%s%s%s\n", name, st.st_atime > now ? " accessed" : "",
	       st.st_mtime > now ? " modified" : "",
	       st.st_ctime > now ? " changed" : "");
}

static int
set_times(const char *name, long atime, long mtime)
{
	struct timespec t[2] = {{atime, 0}, {mtime, 0}};

	return utimensat(AT_FDCWD, name, t, AT_SYMLINK_NOFOLLOW);
}

CASE(modes)
{
	int fd;

	umask(0);
	fd = open("file", O_CREAT | O_RDWR, 0642);
	show_mode("file");
	show(chmod("file", 0100751));
	show_mode("file");
	show(chmod("file", 07777));
	show_mode("file");
	show(fchmod(fd, 0));
	show_mode("file");
	show(mkdir("dir", 07777));
	show_mode("dir");
	show(chmod("dir", 01755));
	show_mode("dir");
	show(fchmodat(AT_FDCWD, "dir", 0700, 0));
	show_mode("dir");
	show(umask(0777));
	show(umask(027));
	show(umask(07022));
	fd = open("masked", O_CREAT | O_RDWR, 0666);
	show_mode("masked");
	show(mkdir("masked_dir", 0777));
	show_mode("masked_dir");
	show(mknod("node", 0666, 0));
	show_mode("node");
	show(mknod("node2", S_IFREG | 0777, 0));
	show_mode("node2");
	show(mknod("node", 0666, 0));
	show(mknod("dir2", S_IFDIR | 0777, 0));
	show(mknod("odd", 0170000, 0));
}

CASE(mode_errors)
{
	make_file("file", "");
	show(symlink("file", "link"));
	show(chmod("missing", 0));
	show(chmod("file/x", 0));
	show(chmod("", 0));
	show(chmod(BAD, 0));
	show(fchmod(99, 0));
	show(fchmod(-100, 0));
	show(fchmodat(99, "file", 0, 0));
	show(chmod("link", 0123));
	show_mode("file");
	show(syscall(SYS_fchmodat, AT_FDCWD, "link", 0707));
	show_mode("file");
	show(syscall(452, AT_FDCWD, "link", 0, AT_SYMLINK_NOFOLLOW));
	show(syscall(452, AT_FDCWD, "file", 0, 1));
}

CASE(owners)
{
	struct stat st;
	int fd;

	make_file("file", "");
	need(symlink("file", "link"));
	fd = open("file", O_RDONLY);
	show(chmod("file", 06755));
	show(chown("file", 12, 34));
	need(fstat(fd, &st));
	printf("%o %d %d\n", st.st_mode, st.st_uid, st.st_gid);
	show(fchown(fd, -1, 56));
	show(lchown("link", 78, -1));
	need(stat("link", &st));
	printf("%d %d\n", st.st_uid, st.st_gid);
	need(lstat("link", &st));
	printf("%d\n", st.st_uid);
	show(chmod("file", 06644));
	show(chown("link", 0, 0));
	need(stat("link", &st));
	printf("%o %d %d\n", st.st_mode, st.st_uid, st.st_gid);
	show(chown("missing", 0, 0));
	show(fchown(99, 0, 0));
	show(fchownat(fd, "", 1, 1, AT_EMPTY_PATH));
	show(fchownat(fd, "", 1, 1, 0));
	show(fchownat(AT_FDCWD, "file", 1, 1, 1));
}

CASE(times)
{
	struct timespec t[2] = {{1, 2}, {-3, 999999999}};
	struct timeval v[2] = {{10, 20}, {30, 40}};
	struct utimbuf u = {100, 200};
	int fd;

	make_file("file", "");
	need(symlink("file", "link"));
	fd = open("file", O_RDONLY);
	show(utimensat(AT_FDCWD, "file", t, 0));
	show_times("file");
	show(utimes("file", v));
	show_times("file");
	show(utime("file", &u));
	show_times("file");
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_sec = 1 << 30;
	show(futimens(fd, t));
	show_times("file");
	t[1].tv_nsec = UTIME_OMIT;
	show(utimensat(AT_FDCWD, "missing", t, 0));
	show(futimesat(AT_FDCWD, "link", v));
	show_times("file");
	t[0] = t[1] = (struct timespec){5, 6};
	show(utimensat(AT_FDCWD, "link", t, AT_SYMLINK_NOFOLLOW));
	show_times("link");
	show_times("file");
	show(utimes("file", NULL));
	show_recent("file");
	show(set_times("file", 1, 1));
	show(utime("file", NULL));
	show_recent("file");
	show(set_times("file", 1, 1));
	show(futimens(fd, NULL));
	show_recent("file");
	t[0].tv_nsec = UTIME_NOW;
	t[1] = (struct timespec){7, 0};
	show(futimens(fd, t));
	show_recent("file");
}

CASE(time_errors)
{
	struct timespec t[2] = {{1, 1000000000}, {1, 1}};
	struct timeval v[2] = {{1, 1}, {1, 1000000}};

	make_file("file", "");
	show(utimensat(AT_FDCWD, "file", t, 0));
	t[0].tv_nsec = -1;
	show(utimensat(AT_FDCWD, "file", t, 0));
	t[0].tv_nsec = 0;
	show(utimensat(AT_FDCWD, "missing", t, 0));
	show(utimensat(AT_FDCWD, "file", t, 1));
	show(utimensat(99, "file", t, 0));
	show(syscall(SYS_utimensat, 99, NULL, t, 0));
	show(syscall(SYS_utimensat, AT_FDCWD, NULL, t, 0));
	show(syscall(SYS_utimensat, 0, NULL, t, AT_SYMLINK_NOFOLLOW));
	show(syscall(SYS_utimensat, AT_FDCWD, "file", BAD, 0));
	show(syscall(SYS_utimensat, AT_FDCWD, BAD, t, 0));
	show(utimes("file", v));
	v[1].tv_usec = -1;
	show(utimes("file", v));
	show(utimes("missing", NULL));
	show(syscall(SYS_utime, "missing", NULL));
	show(syscall(SYS_utime, "file", BAD));
	show_recent("file");
}

/* What changes which times: a file's, its directory's, a link's. */
CASE(times_that_change)
{
	char c;
	int fd;

	need(mkdir("d", 0755));
	make_file("d/file", "x");
#define OLD()  (set_times("d", 3, 2), set_times("d/file", 3, 2))
#define LOOK() (show_recent("d"), show_recent("d/file"))
	OLD();
	LOOK();
	fd = open("d/file", O_RDWR);
	show(read(fd, &c, 1));
	show_recent("d/file");
	OLD();
	show(write(fd, "y", 1));
	LOOK();
	OLD();
	show(ftruncate(fd, 10));
	LOOK();
	OLD();
	show(close(open("d/new", O_CREAT | O_RDWR, 0600)));
	LOOK();
	OLD();
	show(unlink("d/new"));
	show_recent("d");
	OLD();
	show(rename("d/file", "d/moved"));
	show_recent("d");
	show(rename("d/moved", "d/file"));
	OLD();
	show(mkdir("d/sub", 0755));
	show_recent("d");
	OLD();
	show(close(open("d/file", O_WRONLY | O_TRUNC)));
	LOOK();
}

CASE(truncation)
{
	struct stat st;
	int fd;

	make_file("file", "0123456789");
	show(truncate("file", 4));
	show_file("file");
	show(truncate("file", 6));
	need(stat("file", &st));
	printf("%ld\n", (long)st.st_size);
	fd = open("file", O_RDWR);
	show(ftruncate(fd, 2));
	show_file("file");
	show(ftruncate(fd, -1));
	show(truncate("file", -1));
	show(truncate(".", 0));
	show(truncate("missing", 0));
	show(truncate("file/x", 0));
	show(truncate("/dev/null", 0));
	show(truncate("", 0));
	show(ftruncate(99, 0));
	fd = open("file", O_RDONLY);
	show(ftruncate(fd, 0));
	fd = open(".", O_RDONLY);
	show(ftruncate(fd, 0));
	need(symlink("file", "link"));
	show(truncate("link", 1));
	show_file("file");
}

CASE(permission_questions)
{
	int fd;

	make_file("file", "");
	need(symlink("file", "link"));
	need(symlink("missing", "dangling"));
	need(chmod("file", 0600));
	show(access("file", R_OK | W_OK));
	show(access("file", X_OK));
	show(access("file", 8));
	show(access("file", -1));
	show(access("missing", F_OK));
	show(access("link", X_OK));
	show(access("dangling", F_OK));
	show(access(".", X_OK));
	need(chmod("file", 0001));
	show(access("file", R_OK | W_OK | X_OK));
	show(faccessat(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
	show(faccessat(AT_FDCWD, "file", F_OK, AT_EACCESS));
	show(syscall(439, AT_FDCWD, "file", F_OK, 1));
	show(syscall(439, 99, "file", F_OK, 0));
	show(syscall(439, 99, "/", F_OK, 0));
	fd = open("file", O_RDONLY);
	show(syscall(439, fd, "", X_OK, AT_EMPTY_PATH));
	show(syscall(439, fd, "", X_OK, 0));
	show(syscall(439, fd, "x", X_OK, 0));
	show(access(BAD, F_OK));
}

CASE(stat_errors)
{
	struct stat st;
	int fd;

	make_file("file", "123");
	show(stat("missing", &st));
	show(stat("", &st));
	show(stat("file/", &st));
	show(stat("file/.", &st));
	show(stat("file/..", &st));
	show(syscall(SYS_stat, "file", BAD));
	show(stat(BAD, &st));
	show(fstat(99, &st));
	show(fstat(-100, &st));
	show(fstatat(99, "file", &st, 0));
	show(fstatat(99, "/", &st, 0));
	show(syscall(SYS_newfstatat, AT_FDCWD, "file", &st, 1));
	fd = open("file", O_RDONLY);
	show(syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH));
	printf("%ld\n", (long)st.st_size);
	show(syscall(SYS_newfstatat, fd, "", &st, 0));
	show(syscall(SYS_newfstatat, fd, "file", &st, 0));
	show(syscall(SYS_newfstatat, AT_FDCWD, "", &st, AT_EMPTY_PATH));
	printf("%o\n", st.st_mode & S_IFMT);
}

/* statx as musl and glibc pass it on. */
struct extended {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, pad;
	uint64_t ino, size, blocks, attributes_mask;
	struct {
		int64_t seconds;
		uint32_t nanoseconds, pad;
	} atime, btime, ctime, mtime;
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t unused[14];
};

CASE(extended_stat)
{
	static struct extended x;
	struct stat st;
	int fd;

	umask(022);
	make_file("file", "12345");
	need(symlink("file", "link"));
	need(set_times("file", -1, 77));
#define STATX(fd, name, flags, mask) syscall(332, fd, name, flags, mask, &x)
	show(STATX(AT_FDCWD, "file", 0, 0x7ff));
	need(stat("file", &st));
	printf("%x %u %u %u %o %lu %d\n", x.mask & 0x7ff, x.nlink, x.uid, x.gid,
	       x.mode, (unsigned long)x.size, x.ino == st.st_ino);
	printf("%ld %ld\n", (long)x.atime.seconds, (long)x.mtime.seconds);
	show(STATX(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, 0x7ff));
	printf("%o %lu\n", x.mode, (unsigned long)x.size);
	show(STATX(AT_FDCWD, "/dev/null", 0, 0x7ff));
	printf("%o %u %u\n", x.mode, x.rdev_major, x.rdev_minor);
	fd = open("file", O_RDONLY);
	show(STATX(fd, "", AT_EMPTY_PATH, 0));
	show(STATX(fd, "", 0, 0));
	show(STATX(99, "", AT_EMPTY_PATH, 0));
	show(STATX(AT_FDCWD, "file", 1, 0));
	show(STATX(AT_FDCWD, "file", 0x6000, 0));
	show(STATX(AT_FDCWD, "file", 0x4000, 0));
	show(STATX(AT_FDCWD, "file", 0, 0x80000000u));
	show(STATX(AT_FDCWD, "missing", 0, 0));
	show(syscall(332, AT_FDCWD, "file", 0, 0, BAD));
}

CASE(file_systems)
{
	struct statfs s;

	make_file("file", "");
	show(statfs(".", &s));
	printf("%ld %ld %d\n", (long)s.f_bsize, (long)s.f_namelen,
	       s.f_blocks >= s.f_bfree && s.f_bfree >= s.f_bavail);
	show(fstatfs(open("file", O_RDONLY), &s));
	show(statfs("missing", &s));
	show(statfs("file/x", &s));
	show(syscall(SYS_statfs, ".", BAD));
	show(fstatfs(99, &s));
}

CASE(device_numbers)
{
	static const char *names[] = {"/dev/null", "/dev/zero", "/dev/full",
				      "/dev/random", "/dev/urandom"};
	struct stat st;

	for (size_t i = 0; i < 5; i++) {
		need(stat(names[i], &st));
		printf("%s %o %d %d\n", names[i], st.st_mode, major(st.st_rdev),
		       minor(st.st_rdev));
	}
}
