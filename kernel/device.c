/*
 * Devices: what reads as nothing, what reads as zeros, and names for them and
 * for the terminal in /dev.
 */
#include "kernel/device.h"

#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/tty.h"
#include "mm/frame.h"
#include "mm/user.h"

static long
null_read(struct file *f, uint64_t offset, vaddr_t to, size_t len)
{
	(void)f, (void)offset, (void)to, (void)len;
	return 0;
}

/* As on Linux, the memory is not even looked at. */
static long
null_write(struct file *f, uint64_t offset, vaddr_t from, size_t len)
{
	(void)f, (void)offset, (void)from;
	return (long)len;
}

static long
zero_read(struct file *f, uint64_t offset, vaddr_t to, size_t len)
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

#define DEVICE(major, minor) ((major) << 8 | (minor))

/* The numbers are Linux's (Documentation/admin-guide/devices.txt). */
static const struct {
	const char *name;
	uint64_t rdev;
	const struct file_ops *ops;
} devices[] = {
	{"null", DEVICE(1, 3), &null_ops},
	{"zero", DEVICE(1, 5), &zero_ops},
	{"tty", DEVICE(5, 0), &tty_ops},
	{"console", DEVICE(5, 1), &tty_ops},
};

/* Names inode, which is new and whose reference it takes, in dir. */
static int
add(struct inode *dir, const char *name, struct inode *inode)
{
	struct entry *old = directory_find(dir, name, strlen(name));
	int error;

	if (!inode)
		return -ENOMEM;
	if (old)
		directory_remove(dir, old);
	error = directory_add(dir, name, strlen(name), inode);
	inode_put(inode);
	return error;
}

int
device_init(void)
{
	struct entry *dev = directory_find(inode_root, "dev", 3);
	int error = 0;

	if (!dev) {
		error = add(inode_root, "dev", inode_new_directory(0755));
		if (error)
			return error;
		dev = directory_find(inode_root, "dev", 3);
	}
	if (!inode_is_directory(dev->inode))
		return -ENOTDIR;
	for (size_t i = 0; i < COUNT(devices) && !error; i++)
		error = add(dev->inode, devices[i].name,
			    inode_new_device(0666, devices[i].rdev,
					     devices[i].ops));
	return error;
}
