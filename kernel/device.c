/*
 * Devices: what reads as nothing, as zeros or as anything, and names for them and
 * for the terminal in /dev.
 */
#include "kernel/device.h"

#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/tty.h"
#include "mm/frame.h"
#include "mm/user.h"

static long
null_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	(void)f, (void)offset, (void)to, (void)len;
	return 0;
}

/* As on Linux, the memory is not even looked at. */
static long
null_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	(void)f, (void)offset, (void)from;
	return (long)len;
}

static long
zero_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	struct space *s = process_current()->space;
	size_t done = 0;

	(void)f, (void)offset;
	while (done < len) {
		size_t want = min_u64(PAGE_SIZE, len - done);
		size_t n =
			user_write(s, to + done, frame_page(frame_zero), want);

		done += n;
		if (n < want)
			return done ? (long)done : -EFAULT;
	}
	return (long)done;
}

static const struct file_ops null_ops = {
	.read = null_read,
	.write = null_write,
};

static const struct file_ops zero_ops = {
	.read = zero_read,
	.zeros = true,
	.write = null_write,
};

static long
full_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	(void)f, (void)offset, (void)from, (void)len;
	return -ENOSPC;
}

static long
random_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	(void)f, (void)offset;
	return sys_getrandom(to, len, 0);
}

static const struct file_ops full_ops = {
	.read = zero_read,
	.write = full_write,
};

static const struct file_ops random_ops = {
	.read = random_read,
	.write = null_write,
};

#define DEVICE(major, minor) ((major) << 8 | (minor))

/* The numbers are Linux's (Documentation/admin-guide/devices.txt). */
static const struct {
	const char *name;
	uint64_t rdev;
	const struct file_ops *ops;
} devices[] = {
	{"null", DEVICE(1, 3), &null_ops},
	{"zero", DEVICE(1, 5), &zero_ops},
	{"full", DEVICE(1, 7), &full_ops},
	{"random", DEVICE(1, 8), &random_ops},
	{"urandom", DEVICE(1, 9), &random_ops},
	{"tty", DEVICE(5, 0), &tty_own_ops},
	{"console", DEVICE(5, 1), &tty_ops},
};

static const struct {
	const char *name, *target;
} links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
};

/* Names inode, which is new and whose reference it takes, in dir, in place of
 * what has that name. */
static int
add(struct inode *dir, const char *name, struct inode *inode)
{
	struct path p;

	path_step(&p, dir, name);
	if (inode && p.entry)
		directory_remove(dir, p.entry);
	return path_add(&p, inode);
}

static int
add_link(struct inode *dir, const char *name, const char *target)
{
	struct inode *link = inode_new_link(strlen(target));

	if (link)
		memcpy(link->target, target, strlen(target));
	return add(dir, name, link);
}

int
device_init(void)
{
	struct inode *dev;
	int error = path_directory("dev", &dev);

	for (size_t i = 0; i < COUNT(devices) && !error; i++) {
		struct inode *inode = inode_new(S_IFCHR | 0666, devices[i].ops);

		if (inode)
			inode->rdev = devices[i].rdev;
		error = add(dev, devices[i].name, inode);
	}
	for (size_t i = 0; i < COUNT(links) && !error; i++)
		error = add_link(dev, links[i].name, links[i].target);
	return error;
}
