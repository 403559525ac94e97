/* What a file system is, as POSIX has it. */
#pragma once

#include <sys/statfs.h>

#define ST_RDONLY 1
#define ST_NOSUID 2

struct statvfs {
	unsigned long f_bsize, f_frsize;
	fsblkcnt_t f_blocks, f_bfree, f_bavail;
	fsfilcnt_t f_files, f_ffree, f_favail;
	unsigned long f_fsid, f_flag, f_namemax;
};

int fstatvfs(int fd, struct statvfs *st);
int statvfs(const char *path, struct statvfs *st);
