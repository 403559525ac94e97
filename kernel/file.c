/*
 * Open files, and the system calls that move bytes between them and the program's
 * memory: read, write and their kin.
 */
#include "kernel/file.h"

#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/poll.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/heap.h"
#include "mm/layout.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	LENGTH_MAX = 0x7ffff000, /* of one read or write, as on Linux */
	IOV_MAX = 1024,
};

/* struct iovec of readv(2). */
struct iovec {
	vaddr_t base;
	uint64_t len;
};

/* Flags that only say how to open. */
static const uint32_t opening =
	O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

static struct list files = {&files, &files};

struct file *
file_new(uint64_t flags)
{
	struct file *f = heap_alloc(sizeof(*f));

	if (!f)
		return NULL;
	f->refs = 1;
	f->flags = (uint32_t)flags & ~opening;
	list_append(&files, &f->all);
	return f;
}

int
file_set_inode(struct file *f, struct inode *inode)
{
	f->inode = inode;
	inode->writers += file_writable(f);
	if (!inode->ops->open || f->flags & O_PATH)
		return 0;
	return inode->ops->open(f);
}

void
file_get(struct file *f)
{
	f->refs++;
}

static void
free_file(struct file *f)
{
	if (f->inode)
		f->inode->writers -= file_writable(f);
	if (f->inode && f->inode->ops->release && !(f->flags & O_PATH))
		f->inode->ops->release(f);
	inode_put(f->inode);
	list_remove(&f->all);
	heap_free(f);
}

INLINE void
file_put(struct file *f)
{
	if (--f->refs == 0)
		free_file(f);
}

void
file_hold(struct file *f)
{
	file_get(f);
	thread_current()->holds++;
}

void
file_drop(struct file *f)
{
	thread_current()->holds--;
	file_put(f);
}

struct file *
file_next(const struct file *f)
{
	struct list *next = f ? f->all.next : files.next;

	return next != &files ? CONTAINER(next, struct file, all) : NULL;
}

/* Directories cannot be opened for writing, and are read by getdents64 only;
 * links are opened as a place only. */
const struct file_ops file_directory_ops = {0};
const struct file_ops file_link_ops = {0};

/* Linux refuses what cannot be a program's memory, or no place in a file, even
 * if no byte of it would be touched. */
static INLINE int
check_range(uint64_t offset, vaddr_t start, size_t len)
{
	if (start > USER_END || len > USER_END - start)
		return -EFAULT;
	return offset + len > INT64_MAX ? -EINVAL : 0;
}

static INLINE long
file_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	const struct file_ops *ops = f->inode->ops;
	int error = check_range(*offset, to, len);

	if (error)
		return error;
	if (!ops->read)
		return -EISDIR;
	if (len == 0)
		return 0;
	return ops->read(f, offset, to, min_u64(len, LENGTH_MAX));
}

INLINE long
file_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	int error = check_range(*offset, from, len);

	if (error)
		return error;
	return f->inode->ops->write(f, offset, from, min_u64(len, LENGTH_MAX));
}

/* At *offset (or at f's own place, if that is NULL), which moves on. */
static INLINE long
transfer(struct file *f, uint64_t *offset, vaddr_t buf, size_t len, bool write)
{
	if (!offset)
		offset = &f->offset;
	return write ? file_write(f, offset, buf, len)
		     : file_read(f, offset, buf, len);
}

/* The file for a transfer at *offset (or at its own place, if that is NULL).
 * => a reference, since another thread may close the descriptor while this one
 * sleeps; -EINVAL, -EBADF, -ESPIPE */
static INLINE int
begin(uint64_t fd, const uint64_t *offset, bool write, struct file **f)
{
	if (offset && *offset > INT64_MAX)
		return -EINVAL;
	*f = files_get(process_current()->files, fd);
	if (!*f)
		return -EBADF;
	if (offset && (*f)->inode->ops->stream)
		return -ESPIPE;
	if (!(write ? file_writable(*f) : file_readable(*f)))
		return -EBADF;
	file_hold(*f);
	return 0;
}

static INLINE long
transfer_bytes(uint64_t fd, vaddr_t buf, size_t len, uint64_t *offset,
	       bool write)
{
	struct file *f;
	long n = begin(fd, offset, write, &f);

	if (n < 0)
		return n;
	n = transfer(f, offset, buf, len, write);
	file_drop(f);
	return n;
}

long
sys_read(uint64_t fd, vaddr_t buf, size_t len)
{
	return transfer_bytes(fd, buf, len, NULL, false);
}

long
sys_write(uint64_t fd, vaddr_t buf, size_t len)
{
	return transfer_bytes(fd, buf, len, NULL, true);
}

long
sys_pread64(uint64_t fd, vaddr_t buf, size_t len, uint64_t offset)
{
	return transfer_bytes(fd, buf, len, &offset, false);
}

long
sys_pwrite64(uint64_t fd, vaddr_t buf, size_t len, uint64_t offset)
{
	return transfer_bytes(fd, buf, len, &offset, true);
}

/* All pieces are looked at before the first is used, as on Linux. */
static int
check_pieces(struct space *s, vaddr_t iov, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct iovec piece;
		int error = user_get(s, &piece, iov + i * sizeof(piece),
				     sizeof(piece));

		if (error)
			return error;
		if (piece.len > INT64_MAX)
			return -EINVAL;
		if (piece.base > USER_END || piece.len > USER_END - piece.base)
			return -EFAULT;
	}
	return 0;
}

/* Whether a read might wait. */
static bool
would_wait(struct file *f)
{
	struct wait_queue *queue;

	return f->inode->ops->poll &&
	       !(f->inode->ops->poll(f, &queue) & POLLIN);
}

/* After the first piece, a read does not wait for more. */
static long
transfer_pieces(struct file *f, vaddr_t iov, uint64_t count, uint64_t *offset,
		bool write)
{
	struct space *s = process_current()->space;
	long done = 0;

	for (uint64_t i = 0; i < count; i++) {
		struct iovec piece;
		long n = user_get(s, &piece, iov + i * sizeof(piece),
				  sizeof(piece));

		if (n == 0 && piece.len > 0)
			n = transfer(f, offset, piece.base, piece.len, write);
		if (n < 0)
			return done ? done : n;
		done += n;
		if ((uint64_t)n < piece.len ||
		    (done && !write && would_wait(f)))
			break;
	}
	return done;
}

static long
transfer_vector(uint64_t fd, vaddr_t iov, uint64_t count, uint64_t *offset,
		bool write)
{
	struct file *f;
	long n = begin(fd, offset, write, &f);

	if (n < 0)
		return n;
	n = count > IOV_MAX
		    ? -EINVAL
		    : check_pieces(process_current()->space, iov, count);
	if (n == 0)
		n = transfer_pieces(f, iov, count, offset, write);
	file_drop(f);
	return n;
}

long
sys_readv(uint64_t fd, vaddr_t iov, uint64_t count)
{
	return transfer_vector(fd, iov, count, NULL, false);
}

long
sys_writev(uint64_t fd, vaddr_t iov, uint64_t count)
{
	return transfer_vector(fd, iov, count, NULL, true);
}

long
sys_preadv(uint64_t fd, vaddr_t iov, uint64_t count, uint64_t offset)
{
	return transfer_vector(fd, iov, count, &offset, false);
}

long
sys_pwritev(uint64_t fd, vaddr_t iov, uint64_t count, uint64_t offset)
{
	return transfer_vector(fd, iov, count, &offset, true);
}
