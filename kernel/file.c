/*
 * Open files, and what regular files and directories do when read or written.
 *
 * Contents move page by page, straight between the store's frame and the
 * program's memory: there is no buffer in between.
 */
#include "kernel/file.h"

#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	LENGTH_MAX = 0x7ffff000, /* of one read or write, as on Linux */
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

void
file_put(struct file *f)
{
	if (--f->refs > 0)
		return;
	if (f->inode)
		f->inode->writers -= file_writable(f);
	if (f->inode && f->inode->ops->release && !(f->flags & O_PATH))
		f->inode->ops->release(f);
	inode_put(f->inode);
	list_remove(&f->all);
	heap_free(f);
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

/* Linux refuses what cannot be a program's memory, or no place in a file, even
 * if no byte of it would be touched. */
static int
check_range(uint64_t offset, vaddr_t start, size_t len)
{
	if (start > USER_END || len > USER_END - start)
		return -EFAULT;
	return len > INT64_MAX - offset ? -EINVAL : 0;
}

long
file_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	long n;

	if (!file_readable(f))
		return -EBADF;
	n = check_range(*offset, to, len);
	if (n < 0)
		return n;
	if (inode_is_directory(f->inode))
		return -EISDIR;
	if (len == 0)
		return 0;
	n = f->inode->ops->read(f, *offset, to, min_u64(len, LENGTH_MAX));
	if (n > 0)
		*offset += (uint64_t)n;
	return n;
}

long
file_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	uint64_t at = *offset;
	long n;

	if (!file_writable(f))
		return -EBADF;
	n = check_range(at, from, len);
	if (n < 0)
		return n;
	if (len == 0 && f->inode->store)
		return 0;
	if (f->flags & O_APPEND && f->inode->store)
		at = f->inode->store->size;
	n = f->inode->ops->write(f, at, from, min_u64(len, LENGTH_MAX));
	if (n > 0)
		*offset = at + (uint64_t)n;
	return n;
}

/* Copies at most len bytes of one page of contents, to or from the program.
 * => bytes, or -errno */
static INLINE long
transfer_page(struct store *st, uint64_t offset, vaddr_t va, size_t len,
	      bool write)
{
	struct space *s = process_current()->space;
	size_t at = offset % PAGE_SIZE, n = min_u64(len, PAGE_SIZE - at);
	struct frame *page;
	int err = store_page(st, offset / PAGE_SIZE, write, &page);

	if (err < 0)
		return err;
	if (write)
		n = user_read(s, (char *)frame_page(page) + at, va, n);
	else
		n = user_write(s, va, (char *)frame_page(page) + at, n);
	return n ? (long)n
		 : user_refusal(s, va, write ? PROT_READ : PROT_WRITE);
}

/* Copies bytes [offset, offset + len), all within the store's size. */
static INLINE long
transfer(struct store *st, uint64_t offset, vaddr_t va, size_t len, bool write)
{
	size_t done = 0;
	long n = 0;

	st->busy++;
	for (; done < len; done += (size_t)n) {
		n = transfer_page(st, offset + done, va + done, len - done,
				  write);
		if (n < 0)
			break;
	}
	st->busy--;
	return done ? (long)done : n;
}

long
file_read_store(struct store *st, uint64_t offset, vaddr_t to, size_t len)
{
	if (offset >= st->size)
		return 0;
	return transfer(st, offset, to, min_u64(len, st->size - offset), false);
}

static long
regular_read(struct file *f, uint64_t offset, vaddr_t to, size_t len)
{
	long n = file_read_store(f->inode->store, offset, to, len);

	inode_accessed(f->inode);
	return n;
}

/* The file grows before its new pages are filled; what stays unfilled is cut
 * off again. */
static long
regular_write(struct file *f, uint64_t offset, vaddr_t from, size_t len)
{
	struct store *st = f->inode->store;
	uint64_t old_size = st->size, end;
	long n;

	if (offset + len > old_size) {
		int error = store_resize(st, offset + len);

		if (error)
			return error;
	}
	n = transfer(st, offset, from, len, true);
	end = n > 0 ? max_u64(offset + (uint64_t)n, old_size) : old_size;
	if (end < st->size) {
		int error = store_resize(st, end);

		if (error)
			return error;
	}
	if (n > 0)
		inode_touch(f->inode);
	return n;
}

const struct file_ops file_regular_ops = {
	.read = regular_read,
	.write = regular_write,
};

/* Directories cannot be opened for writing, and are read by getdents64 only;
 * links are opened as a place only. */
const struct file_ops file_directory_ops = {0};
const struct file_ops file_link_ops = {0};
