/*
 * sendfile and copy_file_range: from one file to another without a copy in the
 * program's memory. The source is mapped there while the call lasts, and its
 * pages are written to the other file from where they are.
 */
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	PIECE = 64 << 20, /* bytes mapped by one call, at most */
};

/* One of the two files. */
struct end {
	struct file *file; /* a reference */
	uint64_t at;	   /* where to go on */
	vaddr_t place;	   /* where the program keeps that; 0: in the file */
};

/* => -EBADF, -EFAULT, -ESPIPE */
static int
begin(struct end *e, uint64_t fd, vaddr_t place)
{
	struct process *p = process_current();
	int error;

	*e = (struct end){.file = files_get(p->files, fd), .place = place};
	if (!e->file)
		return -EBADF;
	e->at = e->file->offset;
	if (place) {
		if (e->file->inode->ops->stream)
			return -ESPIPE;
		error = user_get(p->space, &e->at, place, sizeof(e->at));
		if (error)
			return error;
	}
	file_hold(e->file);
	return 0;
}

/* Keeps where to go on. => result, or why it could not be kept */
static long
finish(struct end *e, long result)
{
	int error = 0;

	if (e->place)
		error = user_put(process_current()->space, e->place, &e->at,
				 sizeof(e->at));
	else
		e->file->offset = e->at;
	file_drop(e->file);
	return error ? error : result;
}

static long
copy(struct end *from, struct end *to, size_t len)
{
	struct space *s = process_current()->space;
	struct store *st = from->file->inode->store;
	uint64_t head = from->at % PAGE_SIZE;
	const struct region like = {
		.prot = PROT_READ,
		.max_prot = PROT_READ,
		.store = st,
		.offset = from->at - head,
		.filled = REGION_FILLED,
		.label = "source",
	};
	vaddr_t va;
	long n;

	if (from->at > INT64_MAX || to->at > INT64_MAX)
		return -EINVAL;
	if (from->at >= st->size || len == 0)
		return 0;
	len = min_u64(min_u64(len, PIECE), st->size - from->at);
	va = space_gap(s, 0, page_up(head + len));
	n = va ? space_map(s, va, page_up(head + len), &like) : -ENOMEM;
	if (n < 0)
		return n;
	n = file_write(to->file, &to->at, va + head, len);
	/* Without memory even for this, the program keeps the mapping. */
	(void)!space_unmap(s, va, page_up(head + len));
	if (n > 0) {
		from->at += (uint64_t)n;
		inode_accessed(from->file->inode);
	}
	return n;
}

static long
copy_file(uint64_t from_fd, vaddr_t from_place, uint64_t to_fd,
	  vaddr_t to_place, size_t len,
	  int (*may)(const struct end *from, const struct end *to, size_t len))
{
	struct end from, to;
	long n = begin(&from, from_fd, from_place);

	if (n < 0)
		return n;
	n = begin(&to, to_fd, to_place);
	if (n < 0) {
		file_drop(from.file);
		return n;
	}
	n = may(&from, &to, len);
	if (n == 0)
		n = copy(&from, &to, len);
	return finish(&to, finish(&from, n));
}

static int
may_send(const struct end *from, const struct end *to, size_t len)
{
	(void)len;
	if (!file_readable(from->file) || !file_writable(to->file))
		return -EBADF;
	if (to->file->flags & O_APPEND || !from->file->inode->store)
		return -EINVAL;
	return 0;
}

long
sys_sendfile(uint64_t to, uint64_t from, vaddr_t place, size_t len)
{
	return copy_file(from, place, to, 0, len, may_send);
}

static int
may_copy(const struct end *from, const struct end *to, size_t len)
{
	const struct inode *a = from->file->inode, *b = to->file->inode;

	if (inode_is_directory(a) || inode_is_directory(b))
		return -EISDIR;
	if (!a->store || !b->store)
		return -EINVAL;
	if (!file_readable(from->file) || !file_writable(to->file) ||
	    to->file->flags & O_APPEND)
		return -EBADF;
	if (from->at + len < from->at || to->at + len < to->at)
		return -EOVERFLOW;
	if (a == b && from->at < to->at + len && to->at < from->at + len)
		return -EINVAL;
	return 0;
}

long
sys_copy_file_range(uint64_t from, vaddr_t from_place, uint64_t to,
		    vaddr_t to_place, size_t len, uint64_t flags)
{
	if ((uint32_t)flags)
		return -EINVAL;
	return copy_file(from, from_place, to, to_place, len, may_copy);
}
