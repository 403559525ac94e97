/*
 * An open file: an inode, a place in it, and what it was opened for. dup and
 * fork share it, so they share the place.
 */
#pragma once

#include "kernel/list.h"
#include "kernel/types.h"

struct file;
struct inode;
struct listing;
struct store;
struct wait_queue;

/* open(2) flags, as on Linux x86-64. */
enum {
	O_RDONLY = 0,
	O_WRONLY = 1,
	O_RDWR = 2,
	O_ACCMODE = 3,
	O_CREAT = 0100,
	O_EXCL = 0200,
	O_NOCTTY = 0400,
	O_TRUNC = 01000,
	O_APPEND = 02000,
	O_NONBLOCK = 04000,
	O_LARGEFILE = 0100000,
	O_DIRECTORY = 0200000,
	O_NOFOLLOW = 0400000,
	O_CLOEXEC = 02000000,
	O_PATH = 010000000,
};

/* ioctl(2) requests of all files. */
enum {
	FIONREAD = 0x541b,
	FIONBIO = 0x5421,
	FIONCLEX = 0x5450,
	FIOCLEX = 0x5451,
};

/* What a kind of file does. Memory is the current process's. */
struct file_ops {
	/* At *offset, which moves on where there are places; len is not 0 but
	 * for write. => bytes, or -errno if none. NULL: -EISDIR */
	long (*read)(struct file *f, uint64_t *offset, vaddr_t to, size_t len);
	long (*write)(struct file *f, uint64_t *offset, vaddr_t from,
		      size_t len);
	long (*ioctl)(struct file *f, uint64_t request, vaddr_t arg);
	/* What it is ready for now (POLL*), and whose wakes tell that this may
	 * have changed; or NULL: always ready to be read and written */
	int (*poll)(struct file *f, struct wait_queue **queue);
	/* It has been opened, is closed for good; not as a place (O_PATH) only.
	 * May be NULL. */
	int (*open)(struct file *f); /* => -errno: it cannot be */
	void (*release)(struct file *f);
	/* Of a directory without entries: the inode of a name, with a reference
	 * (=> -ENOENT, -ESRCH, -ENOMEM); what there is at or after l->cursor,
	 * beside "." and ".." (=> false: nothing). */
	int (*find)(struct inode *dir, const char *name, size_t len,
		    struct inode **inode);
	bool (*list)(const struct inode *dir, struct listing *l);
	bool stream; /* has no places: no lseek, no pread */
	bool zeros;  /* a mapping of it is anonymous memory */
};

struct file {
	struct list all;     /* in the list of open files, for audit */
	uint32_t refs;	     /* descriptors, and calls under way */
	uint32_t recount;    /* audit's own count of descriptors */
	uint32_t flags;	     /* O_*, without those of the opening itself */
	uint64_t offset;     /* where read and write go on; < 2^63 */
	struct inode *inode; /* a reference; NULL while it is being opened */
};

extern const struct file_ops file_regular_ops, file_directory_ops,
	file_link_ops;

/* For O_* flags; of no inode yet. => NULL without memory */
struct file *file_new(uint64_t flags) MUST_CHECK;
/* f opens inode; takes over the caller's reference to it. => what its kind says
 */
int file_set_inode(struct file *f, struct inode *inode);
void file_get(struct file *f);
void file_put(struct file *f);
/* The same for the current call, which gives it up before it ends: so that f
 * stays while it sleeps. */
void file_hold(struct file *f);
void file_drop(struct file *f);
/* For audit: visits every open file; NULL: the first. */
struct file *file_next(const struct file *f);

/* The access mode and one more are two bits: to read, to write. Mode 3, for an
 * ioctl alone, has neither. */
static inline bool
file_readable(const struct file *f)
{
	return (f->flags + 1) & 1;
}

static inline bool
file_writable(const struct file *f)
{
	return (f->flags + 1) & 2;
}

/* write(2) at *offset, which moves on. May sleep. => f is writable */
long file_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len);
/* Reads what a store holds at *offset, which moves on. => bytes; 0 at its end */
long file_read_store(struct store *st, uint64_t *offset, vaddr_t to,
		     size_t len);
