/*
 * System calls about memory: mmap and its family, the heap.
 */
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/limits.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"

enum {
	MAP_SHARED = 0x01,
	MAP_PRIVATE = 0x02,
	MAP_SHARED_VALIDATE = 0x03,
	MAP_TYPE = 0x0f,
	MAP_FIXED = 0x10,
	MAP_ANONYMOUS = 0x20,
	MAP_32BIT = 0x40,
	MAP_GROWSDOWN = 0x100,
	MAP_LOCKED = 0x2000,
	MAP_NORESERVE = 0x4000,
	MAP_POPULATE = 0x8000,
	MAP_NONBLOCK = 0x10000,
	MAP_FIXED_NOREPLACE = 0x100000,

	PROT_ALL = PROT_READ | PROT_WRITE | PROT_EXEC,
};

/* Zeros: nobody's, or a block of memory that forks will share. */
static int
set_anonymous(struct region *like, uint64_t len)
{
	if (!like->shared)
		return 0;
	like->store = store_new(len);
	return like->store ? 0 : -ENOMEM;
}

/* A file, as far as it was opened for that (mmap(2)). */
static int
set_file(struct region *like, uint64_t len, const struct file *f)
{
	if (!f)
		return -EBADF;
	if (f->inode->ops->zeros)
		return set_anonymous(like, len);
	if (!f->inode->store)
		return -ENODEV;
	if (!file_readable(f))
		return -EACCES;
	if (like->shared && !file_writable(f))
		like->max_prot &= (uint8_t)~PROT_WRITE;
	if (like->prot & ~like->max_prot)
		return -EACCES;
	like->store = f->inode->store;
	store_get(like->store);
	return 0;
}

/* Where the contents come from: *like gets a store with a reference, or none
 * for private zeros. */
static int
set_source(struct region *like, uint64_t len, uint64_t flags, uint64_t fd,
	   uint64_t offset)
{
	if (flags & MAP_ANONYMOUS)
		return set_anonymous(like, len);
	if (offset > INT64_MAX - len)
		return -EOVERFLOW;
	like->offset = offset;
	return set_file(like, len, files_get(process_current()->files, fd));
}

/* => the address for a new region, or -errno */
static long
choose_address(struct space *s, vaddr_t hint, uint64_t len, uint64_t flags)
{
	vaddr_t va;

	if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (hint % PAGE_SIZE != 0)
			return -EINVAL;
		if (!space_range_ok(hint, len))
			return hint < USER_START ? -EPERM : -ENOMEM;
		if (!(flags & MAP_FIXED) && space_gap(s, hint, len) != hint)
			return -EEXIST;
		return (long)hint;
	}
	va = flags & MAP_32BIT ? region_gap(&s->regions, len, 1ul << 31)
			       : space_gap(s, hint, len);
	return va ? (long)va : -ENOMEM;
}

long
sys_mmap(vaddr_t hint, size_t len, uint64_t prot, uint64_t flags, uint64_t fd,
	 uint64_t offset)
{
	struct space *s = process_current()->space;
	uint64_t type = flags & MAP_TYPE;
	struct region like = {
		.prot = (uint8_t)prot,
		.max_prot = PROT_ALL,
		.shared = type != MAP_PRIVATE,
		.filled = REGION_FILLED,
		.grows_down = type == MAP_PRIVATE &&
			      (flags & (MAP_GROWSDOWN | MAP_ANONYMOUS)) ==
				      (MAP_GROWSDOWN | MAP_ANONYMOUS),
	};
	long va;
	int err;

	if (len == 0 || offset % PAGE_SIZE != 0 || type == 0 ||
	    type > MAP_SHARED_VALIDATE || (prot & ~(uint64_t)PROT_ALL))
		return -EINVAL;
	if (len > USER_END || (!(flags & MAP_NORESERVE) &&
			       limits_overcommit(len, like.prot, like.shared)))
		return -ENOMEM;
	len = page_up(len);
	va = choose_address(s, hint, len, flags);
	if (va < 0)
		return va;
	err = set_source(&like, len, flags, fd, offset);
	if (err < 0)
		return err;
	err = limits_replace(s, (vaddr_t)va, len, like.prot, like.shared);
	if (err == 0)
		err = space_map(s, (vaddr_t)va, len, &like);
	if (like.store)
		store_put(like.store);
	if (err < 0)
		return err;
	if (flags & MAP_LOCKED ||
	    (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
		(void)!sys_mlock((uint64_t)va, len);
	return va;
}

long
sys_munmap(vaddr_t start, size_t len)
{
	if (len > USER_END)
		return -EINVAL;
	return space_unmap(process_current()->space, start, page_up(len));
}

long
sys_mprotect(vaddr_t start, size_t len, uint64_t prot)
{
	struct space *s = process_current()->space;

	if (start % PAGE_SIZE != 0 || (prot & ~(uint64_t)PROT_ALL))
		return -EINVAL;
	if (len == 0)
		return 0;
	if (len > USER_END)
		return -ENOMEM;
	len = page_up(len);
	if (limits_replace(s, start, len, (int)prot, false) < 0)
		return -ENOMEM;
	return space_protect(s, start, len, (int)prot);
}

static int
set_heap_end(struct space *s, vaddr_t end)
{
	vaddr_t old = page_up(s->heap_end);

	if (end > USER_END || (end > old && limits_grow(s, page_up(end) - old,
							PROT_WRITE, false)))
		return -ENOMEM;
	return space_set_heap_end(s, end);
}

/* Linux's: the new end if it could be moved there, else the old one. */
long
sys_brk(vaddr_t end)
{
	struct space *s = process_current()->space;

	if (end >= s->heap_start)
		(void)!set_heap_end(s, end);
	return (long)s->heap_end;
}

/* Quire's: moves the end by delta. => the old end, -ENOMEM */
long
sys_sbrk(uint64_t delta)
{
	struct space *s = process_current()->space;
	vaddr_t old = s->heap_end, new;
	int err;

	if (__builtin_add_overflow((int64_t)old, (int64_t)delta,
				   (int64_t *)&new))
		return -ENOMEM;
	err = set_heap_end(s, new);
	return err < 0 ? err : (long)old;
}
