/* What is told about files: stat, statx, access, chmod, times, statfs. */
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#include "tree.h"

static void
show_stat(const char *name, const struct stat *st)
{
	printf("%s: mode %o, %ld links, %ld bytes\n", name, st->st_mode,
	       S_ISDIR(st->st_mode) ? 0L : (long)st->st_nlink,
	       S_ISDIR(st->st_mode) ? 0L : (long)st->st_size);
}

CASE(stat_of_files)
{
	struct stat st;

	make_file("f", "12345");
	need(mkdir("d", 0700));
	need(stat("f", &st));
	show_stat("f", &st);
	show(st.st_uid == geteuid());
	show(st.st_rdev);
	need(stat("d", &st));
	show_stat("d", &st);
	need(fstat(0, &st));
	show_stat("null", &st);
	show(major(st.st_rdev));
	show(minor(st.st_rdev));
}

CASE(stat_errors)
{
	struct stat st;

	fill_long_name();
	make_file("f", "");
	show(stat("missing", &st));
	show(stat("", &st));
	show(stat("f/", &st));
	show(stat("f/x", &st));
	show(stat(long_name, &st));
	show(syscall(SYS_stat, BAD, &st));
	show(syscall(SYS_stat, "f", BAD));
	show(syscall(SYS_lstat, "f", BAD));
	show(syscall(SYS_fstat, 0, BAD));
	show(fstat(-1, &st));
}

CASE(fstatat_flags)
{
	struct stat st;
	int d, f;

	need(mkdir("d", 0755));
	make_file("d/f", "123");
	need(symlink("f", "d/s"));
	d = open("d", O_RDONLY);
	f = open("d/f", O_RDONLY);
	show(fstatat(d, "f", &st, 0));
	show_stat("f", &st);
	show(fstatat(d, "s", &st, AT_SYMLINK_NOFOLLOW));
	show(S_ISLNK(st.st_mode) != 0);
	show(fstatat(f, "", &st, AT_EMPTY_PATH));
	show_stat("f", &st);
	show(fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH));
	show(S_ISDIR(st.st_mode) != 0);
	show(fstatat(f, "", &st, 0));
	show(fstatat(f, "f", &st, 0));
	show(fstatat(99, "f", &st, 0));
	show(fstatat(99, "", &st, AT_EMPTY_PATH));
	show(syscall(SYS_newfstatat, d, "f", &st, 0x10000000));
}

/* Linux's struct statx, as far as we look; musl's headers do not have it. */
struct extended {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, spare;
	uint64_t ino, size, more[26];
};

enum {
	TYPE = 1,
	SIZE = 0x200,
	BASIC = 0x7ff,
};

static long
get_statx(int d, const char *path, int flags, unsigned int mask,
	  struct extended *x)
{
	return syscall(SYS_statx, d, path, flags, mask, x);
}

CASE(statx_of_a_file)
{
	struct extended x;
	int f;

	make_file("f", "123");
	need(symlink("f", "s"));
	f = open("f", O_RDONLY);
	show(get_statx(AT_FDCWD, "f", 0, BASIC, &x));
	printf("%o %u %lu\n", x.mode, x.nlink, (long)x.size);
	show((x.mask & BASIC) == BASIC);
	show(get_statx(AT_FDCWD, "s", AT_SYMLINK_NOFOLLOW, TYPE, &x));
	show(S_ISLNK(x.mode) != 0);
	show(get_statx(f, "", 0x1000, SIZE, &x));
	show(x.size);
	show(get_statx(AT_FDCWD, "missing", 0, SIZE, &x));
	show(get_statx(99, "f", 0, SIZE, &x));
	show(get_statx(AT_FDCWD, "f", 0x10000000, SIZE, &x));
	show(get_statx(AT_FDCWD, "f", 0, 0x80000000, &x));
	show(get_statx(AT_FDCWD, "f", 0, SIZE, BAD));
	show(get_statx(AT_FDCWD, BAD, 0, SIZE, &x));
}

CASE(access_checks_existence)
{
	fill_long_name();
	make_file("f", "");
	need(mkdir("d", 0755));
	need(symlink("missing", "s"));
	show(access("f", F_OK));
	show(access("f", R_OK | W_OK));
	show(access("d", R_OK | W_OK | X_OK));
	show(access("missing", F_OK));
	show(access("s", F_OK));
	show(access("f/x", F_OK));
	show(access("", F_OK));
	show(access("f", 8));
	show(access("f", -1));
	show(access(long_name, F_OK));
	show(syscall(SYS_access, BAD, F_OK));
}

CASE(execute_permission_is_seen)
{
	make_file("f", "");
	show(access("f", X_OK));
	need(chmod("f", 0100));
	show(access("f", X_OK));
	need(chmod("f", 0644));
	show(access("f", X_OK));
}

CASE(faccessat_flags)
{
	int d;

	need(mkdir("d", 0755));
	make_file("d/f", "");
	need(symlink("missing", "d/s"));
	d = open("d", O_RDONLY);
	show(syscall(SYS_faccessat, d, "f", F_OK));
	show(syscall(SYS_faccessat, d, "g", F_OK));
	show(syscall(SYS_faccessat, 99, "f", F_OK));
	show(syscall(SYS_faccessat, d, "f", 8));
	show(syscall(439, d, "s", F_OK, AT_SYMLINK_NOFOLLOW));
	show(syscall(439, d, "s", F_OK, 0));
	show(syscall(439, d, "f", F_OK, AT_EACCESS));
	show(syscall(439, d, "", F_OK, AT_EMPTY_PATH));
	show(syscall(439, d, "f", F_OK, 0x10000000));
}

CASE(change_mode)
{
	struct stat st;
	int fd;

	make_file("f", "");
	need(symlink("f", "s"));
	show(chmod("f", 0600));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	show(chmod("s", 0751));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	fd = open("f", O_RDONLY);
	show(fchmod(fd, 0444));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	show(chmod("f", 0170644));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	show(fchmodat(AT_FDCWD, "f", 04711, 0));
	need(stat("f", &st));
	printf("%o\n", st.st_mode);
	show(chmod("missing", 0600));
	show(chmod("", 0600));
	show(chmod("f/x", 0600));
	show(syscall(SYS_chmod, BAD, 0600));
	show(fchmodat(99, "f", 0600, 0));
	show(fchmod(99, 0600));
}

CASE(change_owner_to_oneself)
{
	make_file("f", "");
	show(chown("f", geteuid(), getegid()));
	show(chown("f", (uid_t)-1, (gid_t)-1));
	show(lchown("f", (uid_t)-1, (gid_t)-1));
	show(fchown(open("f", O_RDONLY), (uid_t)-1, (gid_t)-1));
	show(fchownat(AT_FDCWD, "f", (uid_t)-1, (gid_t)-1, 0));
	show(chown("missing", (uid_t)-1, (gid_t)-1));
	show(fchown(99, (uid_t)-1, (gid_t)-1));
	show(syscall(SYS_chown, BAD, -1, -1));
}

static void
show_times(const char *name)
{
	struct stat st;

	need(stat(name, &st));
	printf("%s: read %ld.%09ld, written %ld.%09ld\n", name,
	       (long)st.st_atim.tv_sec, st.st_atim.tv_nsec,
	       (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

CASE(set_times)
{
	struct timespec t[2] = {{1000, 1}, {2000, 999999999}};
	struct timespec bad[2] = {{1, 1000000000}, {1, 0}};
	struct timespec part[2] = {{5, UTIME_OMIT}, {3000, 0}};
	struct stat st;
	int fd;

	make_file("f", "");
	fd = open("f", O_RDONLY);
	show(utimensat(AT_FDCWD, "f", t, 0));
	show_times("f");
	show(utimensat(AT_FDCWD, "f", part, 0));
	show_times("f");
	t[0].tv_sec = 4000;
	show(futimens(fd, t));
	show_times("f");
	show(utimes("f", (struct timeval[2]){{7, 5}, {8, 6}}));
	show_times("f");
	show(utimensat(AT_FDCWD, "f", bad, 0));
	show(utimensat(AT_FDCWD, "missing", t, 0));
	show(utimensat(99, "f", t, 0));
	show(futimens(99, t));
	show(syscall(SYS_utimensat, AT_FDCWD, "f", BAD, 0));
	show(syscall(SYS_utimensat, AT_FDCWD, BAD, t, 0));
	show(syscall(SYS_utimensat, AT_FDCWD, "f", t, 0x10000000));
	show(utimensat(AT_FDCWD, "f", NULL, 0));
	need(stat("f", &st));
	show(time(NULL) - st.st_mtim.tv_sec < 5);
}

CASE(writing_changes_times)
{
	struct timespec old[2] = {{1000, 0}, {1000, 0}};
	struct stat st;
	int fd;

	make_file("f", "");
	need(utimensat(AT_FDCWD, "f", old, 0));
	fd = open("f", O_WRONLY);
	need(write(fd, "x", 1));
	need(fstat(fd, &st));
	show(st.st_mtim.tv_sec > 1000);
	need(utimensat(AT_FDCWD, "f", old, 0));
	need(ftruncate(fd, 0));
	need(fstat(fd, &st));
	show(st.st_mtim.tv_sec > 1000);
	need(utimensat(AT_FDCWD, ".", old, 0));
	need(unlink("f"));
	need(stat(".", &st));
	show(st.st_mtim.tv_sec > 1000);
}

CASE(file_systems)
{
	struct statfs fs;
	struct statvfs vfs;

	make_file("f", "");
	show(statfs(".", &fs));
	show(fs.f_bsize > 0);
	show(fs.f_blocks > 0 && fs.f_blocks >= fs.f_bfree);
	show(fs.f_namelen);
	show(fstatfs(open("f", O_RDONLY), &fs));
	show(statvfs(".", &vfs));
	show(vfs.f_namemax);
	show(statfs("missing", &fs));
	show(statfs("f/x", &fs));
	show(fstatfs(99, &fs));
	show(syscall(SYS_statfs, ".", BAD));
	show(syscall(SYS_statfs, BAD, &fs));
}

CASE(inode_numbers)
{
	struct stat one, two, dir, dot;

	make_file("f", "");
	make_file("g", "");
	need(mkdir("d", 0755));
	need(stat("f", &one));
	need(stat("g", &two));
	show(one.st_ino == two.st_ino);
	show(one.st_dev == two.st_dev);
	need(stat("d", &dir));
	need(stat("d/.", &dot));
	show(dir.st_ino == dot.st_ino);
	need(stat("d/..", &dot));
	need(stat(".", &dir));
	show(dir.st_ino == dot.st_ino);
	need(rename("f", "h"));
	need(stat("h", &two));
	show(one.st_ino == two.st_ino);
}

CASE(directory_link_counts)
{
	struct stat st;

	need(mkdir("d", 0755));
	need(stat("d", &st));
	show(st.st_nlink);
	need(mkdir("d/e", 0755));
	need(stat("d", &st));
	show(st.st_nlink);
	need(rmdir("d/e"));
	need(stat("d", &st));
	show(st.st_nlink);
}
