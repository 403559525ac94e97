/* statvfs: what statfs says, in POSIX's form. */
#include <sys/statvfs.h>

static int
convert(int result, const struct statfs *from, struct statvfs *to)
{
	if (result < 0)
		return -1;
	*to = (struct statvfs){
		.f_bsize = (unsigned long)from->f_bsize,
		.f_frsize = (unsigned long)(from->f_frsize ? from->f_frsize
							   : from->f_bsize),
		.f_blocks = from->f_blocks,
		.f_bfree = from->f_bfree,
		.f_bavail = from->f_bavail,
		.f_files = from->f_files,
		.f_ffree = from->f_ffree,
		.f_favail = from->f_ffree,
		.f_fsid = (unsigned)from->f_fsid.__val[0],
		.f_flag = (unsigned long)from->f_flags & ~0x20UL, /* ST_VALID */
		.f_namemax = (unsigned long)from->f_namelen,
	};
	return 0;
}

int
statvfs(const char *path, struct statvfs *st)
{
	struct statfs fs;

	return convert(statfs(path, &fs), &fs, st);
}

int
fstatvfs(int fd, struct statvfs *st)
{
	struct statfs fs;

	return convert(fstatfs(fd, &fs), &fs, st);
}
