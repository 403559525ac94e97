/*
 * What regular files do when read or written.
 *
 * Contents move page by page, straight between the store's frame and the
 * program's memory: there is no buffer in between.
 */
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mm/store.h"
#include "mm/user.h"

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

/* Copies len bytes at *offset, which moves on; all are within the store's size. */
static INLINE long
transfer(struct store *st, uint64_t *offset, vaddr_t va, size_t len, bool write)
{
	vaddr_t start = va;
	long n = 0;

	st->busy++;
	for (; len > 0; len -= (size_t)n) {
		n = transfer_page(st, *offset, va, len, write);
		if (n < 0)
			break;
		*offset += (size_t)n;
		va += (size_t)n;
	}
	st->busy--;
	return va > start ? (long)(va - start) : n;
}

long
file_read_store(struct store *st, uint64_t *offset, vaddr_t to, size_t len)
{
	if (*offset >= st->size)
		return 0;
	len = min_u64(len, st->size - *offset);
	return transfer(st, offset, to, len, false);
}

static long
regular_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	long n = file_read_store(f->inode->store, offset, to, len);

	inode_accessed(f->inode);
	return n;
}

/* The file grows before its new pages are filled; what stays unfilled is cut
 * off again. */
static long
regular_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	struct store *st = f->inode->store;
	uint64_t old_size = st->size;
	uint64_t at = f->flags & O_APPEND ? old_size : *offset, end;
	int error = 0;
	long n;

	if (len == 0)
		return 0;
	if (at + len > old_size)
		error = store_resize(st, at + len);
	if (error)
		return error;
	n = transfer(st, &at, from, len, true);
	end = n > 0 ? max_u64(at, old_size) : old_size;
	if (end < st->size)
		error = store_resize(st, end);
	if (error)
		return error;
	if (n > 0) {
		*offset = at;
		inode_touch(f->inode);
	}
	return n;
}

const struct file_ops file_regular_ops = {
	.read = regular_read,
	.write = regular_write,
};
