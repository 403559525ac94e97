/* What a file is. POSIX; the structure is Linux's on x86-64. */
#pragma once

#include <sys/types.h>
#include <time.h>

struct stat {
	dev_t st_dev;
	ino_t st_ino;
	nlink_t st_nlink;
	mode_t st_mode;
	uid_t st_uid;
	gid_t st_gid;
	unsigned __pad;
	dev_t st_rdev;
	off_t st_size;
	blksize_t st_blksize;
	blkcnt_t st_blocks; /* of 512 bytes */
	struct timespec st_atim, st_mtim, st_ctim;
	long __unused[3];
};

/* The same, and more, in the form of any Linux. */
struct statx_timestamp {
	long tv_sec;
	unsigned tv_nsec;
	int __reserved;
};

struct statx {
	unsigned stx_mask; /* what is filled in: STATX_* */
	unsigned stx_blksize;
	unsigned long stx_attributes;
	unsigned stx_nlink, stx_uid, stx_gid;
	unsigned short stx_mode, __pad;
	unsigned long stx_ino, stx_size, stx_blocks, stx_attributes_mask;
	struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
	unsigned stx_rdev_major, stx_rdev_minor;
	unsigned stx_dev_major, stx_dev_minor;
	unsigned long __spare[14];
};

#define STATX_TYPE	  0x001
#define STATX_MODE	  0x002
#define STATX_NLINK	  0x004
#define STATX_UID	  0x008
#define STATX_GID	  0x010
#define STATX_ATIME	  0x020
#define STATX_MTIME	  0x040
#define STATX_CTIME	  0x080
#define STATX_INO	  0x100
#define STATX_SIZE	  0x200
#define STATX_BLOCKS	  0x400
#define STATX_BASIC_STATS 0x7ff
#define STATX_BTIME	  0x800

#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define S_IFMT	 0170000
#define S_IFSOCK 0140000
#define S_IFLNK	 0120000
#define S_IFREG	 0100000
#define S_IFBLK	 0060000
#define S_IFDIR	 0040000
#define S_IFCHR	 0020000
#define S_IFIFO	 0010000

#define S_ISUID 04000
#define S_ISGID 02000
#define S_ISVTX 01000
#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001

#define S_ISBLK(mode)  (((mode)&S_IFMT) == S_IFBLK)
#define S_ISCHR(mode)  (((mode)&S_IFMT) == S_IFCHR)
#define S_ISDIR(mode)  (((mode)&S_IFMT) == S_IFDIR)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define S_ISLNK(mode)  (((mode)&S_IFMT) == S_IFLNK)
#define S_ISREG(mode)  (((mode)&S_IFMT) == S_IFREG)
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
int fchmodat(int dir, const char *path, mode_t mode, int flags);
int fstat(int fd, struct stat *st);
int fstatat(int dir, const char *restrict path, struct stat *restrict st,
	    int flags);
int futimens(int fd, const struct timespec times[2]);
int lstat(const char *restrict path, struct stat *restrict st);
int mkdir(const char *path, mode_t mode);
int mkdirat(int dir, const char *path, mode_t mode);
int mkfifo(const char *path, mode_t mode);
int mknod(const char *path, mode_t mode, dev_t device);
int stat(const char *restrict path, struct stat *restrict st);
int statx(int dir, const char *restrict path, int flags, unsigned mask,
	  struct statx *restrict st);
mode_t umask(mode_t mask);
int utimensat(int dir, const char *path, const struct timespec times[2],
	      int flags);
