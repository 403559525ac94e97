/*
 * System calls about memory that is mapped already: mremap, and what programs
 * say of its pages or want to know of them.
 */
#include "kernel/limits.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "mm/fault.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	MREMAP_MAYMOVE = 1,
	MREMAP_FIXED = 2,

	MADV_NORMAL = 0,
	MADV_RANDOM = 1,
	MADV_SEQUENTIAL = 2,
	MADV_WILLNEED = 3,
	MADV_DONTNEED = 4,
	MADV_FREE = 8,
	MADV_HUGEPAGE = 14,
	MADV_NOHUGEPAGE = 15,
	MADV_DONTDUMP = 16,
	MADV_DODUMP = 17,
	MADV_COLD = 20,
	MADV_PAGEOUT = 21,
	DROPS = 1 << MADV_DONTNEED | 1 << MADV_FREE,

	MS_ASYNC = 1,
	MS_INVALIDATE = 2,
	MS_SYNC = 4,

	MCL_CURRENT = 1,
	MCL_FUTURE = 2,
	MCL_ONFAULT = 4,
};

/* Whether regions cover [start, end), which is not empty. */
static bool
covered(struct space *s, vaddr_t start, vaddr_t end)
{
	const struct region *r = space_find(s, start);

	while (r && r->end < end && r->next && r->next->start == r->end)
		r = r->next;
	return r && r->end >= end;
}

/* Whether what is at [old, old + old_len) may become new_len bytes. */
static int
may_resize(struct space *s, vaddr_t old, uint64_t old_len, uint64_t new_len)
{
	const struct region *r = space_find(s, old);

	if (!r || old_len > r->end - old)
		return -EFAULT;
	if (old_len == 0 && !r->shared)
		return -EINVAL;
	return new_len > old_len
		       ? limits_grow(s, new_len - old_len, r->prot, r->shared)
		       : 0;
}

/* To a free place. A mapping of no length is not moved but made again: Linux's
 * way to show shared pages twice. */
static long
move(struct space *s, vaddr_t old, uint64_t old_len, vaddr_t new,
     uint64_t new_len)
{
	struct region like = *space_find(s, old);
	int err;

	like.offset += old - like.start;
	if (old_len == 0)
		err = space_map(s, new, new_len, &like);
	else
		err = space_move(s, old, old_len, new, new_len);
	return err < 0 ? err : (long)new;
}

/* MREMAP_FIXED. As on Linux, what was there goes first, and stays away if
 * memory runs out then. */
static long
move_to(struct space *s, vaddr_t old, uint64_t old_len, vaddr_t new,
	uint64_t new_len)
{
	uint64_t kept = min_u64(old_len, new_len);
	int err;

	if (!space_range_ok(new, new_len))
		return new % PAGE_SIZE || new > USER_END - new_len ? -EINVAL
								   : -EPERM;
	if (old < new + new_len &&new < old + old_len)
		return -EINVAL;
	err = may_resize(s, old, kept, new_len);
	if (err == 0)
		err = space_unmap(s, new, new_len);
	if (err == 0 && kept < old_len)
		err = space_unmap(s, old + kept, old_len - kept);
	return err < 0 ? err : move(s, old, kept, new, new_len);
}

/* Longer, in place if it can be. */
static long
lengthen(struct space *s, vaddr_t old, uint64_t old_len, uint64_t new_len,
	 bool may_move)
{
	struct region *r = space_find(s, old);
	int err = may_resize(s, old, old_len, new_len);
	vaddr_t new;

	if (err < 0)
		return err;
	if (old + old_len == r->end && space_grow(s, r, new_len - old_len) == 0)
		return (long)old;
	new = may_move ? space_gap(s, 0, new_len) : 0;
	return new ? move(s, old, old_len, new, new_len) : -ENOMEM;
}

long
sys_mremap(vaddr_t old, size_t old_len, size_t new_len, uint64_t flags,
	   vaddr_t new)
{
	struct space *s = process_current()->space;
	int err = 0;

	old_len = page_up(old_len);
	new_len = page_up(new_len);
	if ((flags & ~(uint64_t)(MREMAP_MAYMOVE | MREMAP_FIXED)) ||
	    flags == MREMAP_FIXED || old % PAGE_SIZE || new_len == 0 ||
	    new_len > USER_END)
		return -EINVAL;
	if (!space_find(s, old))
		return -EFAULT;
	if (flags & MREMAP_FIXED)
		return move_to(s, old, old_len, new, new_len);
	if (new_len > old_len)
		return lengthen(s, old, old_len, new_len,
				flags & MREMAP_MAYMOVE);
	if (new_len < old_len)
		err = space_unmap(s, old + new_len, old_len - new_len);
	return err < 0 ? err : (long)old;
}

/* Whether madvise knows the advice, and that taking none is an answer to it. */
static bool
known_advice(uint32_t advice)
{
	const uint32_t hints = 1u << MADV_NORMAL | 1u << MADV_RANDOM |
			       1u << MADV_SEQUENTIAL | 1u << MADV_WILLNEED |
			       1u << MADV_HUGEPAGE | 1u << MADV_NOHUGEPAGE |
			       1u << MADV_DONTDUMP | 1u << MADV_DODUMP |
			       1u << MADV_COLD | 1u << MADV_PAGEOUT;

	return advice < 32 && ((hints | DROPS) >> advice & 1);
}

/* MADV_FREE is for memory that comes from nowhere else. */
static int
drop(struct space *s, vaddr_t start, vaddr_t end, uint32_t advice)
{
	const struct region *r = region_at_or_after(&s->regions, start);

	for (; advice == MADV_FREE && r && r->start < end; r = r->next)
		if (r->store)
			return -EINVAL;
	return pt_unmap(s->root, start, end);
}

/* => holes are an error, but the rest is done */
long
sys_madvise(vaddr_t start, size_t len, uint64_t advice)
{
	struct space *s = process_current()->space;
	vaddr_t end = start + page_up(len);
	int err = 0;

	if (!known_advice((uint32_t)advice) || start % PAGE_SIZE ||
	    (len > 0 && page_up(len) == 0) || end < start)
		return -EINVAL;
	if (start == end)
		return 0;
	if (1u << (uint32_t)advice & DROPS && start < USER_END)
		err = drop(s, start, min_u64(end, USER_END), (uint32_t)advice);
	if (err == 0 && !covered(s, start, end))
		err = -ENOMEM;
	return err;
}

/* A byte for each page: whether a touch would find a frame. */
long
sys_mincore(vaddr_t start, size_t len, vaddr_t result)
{
	struct space *s = process_current()->space;
	vaddr_t end = start + page_up(len);
	int err = 0;

	if (start % PAGE_SIZE)
		return -EINVAL;
	if (start > USER_END || len > USER_END - start)
		return -ENOMEM;
	for (vaddr_t va = start; err == 0 && va < end; va += PAGE_SIZE) {
		const struct region *r = space_find(s, va);
		struct pt_page page;
		uint8_t in = r && pt_lookup(s->root, va, &page);

		if (!r)
			return -ENOMEM;
		if (r->store && !in)
			in = store_peek(r->store, (r->offset + va - r->start) /
							  PAGE_SIZE) != NULL;
		err = user_put(s, result++, &in, sizeof(in));
		if (err == 0)
			err = sched_pause();
	}
	return err;
}

/* Files are memory: there is nothing to write back. */
long
sys_msync(vaddr_t start, size_t len, uint64_t flags)
{
	vaddr_t end = start + page_up(len);

	if ((flags & ~(uint64_t)(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) ||
	    start % PAGE_SIZE || (flags & MS_ASYNC && flags & MS_SYNC))
		return -EINVAL;
	if (start == end)
		return 0;
	return end > start && covered(process_current()->space, start, end)
		       ? 0
		       : -ENOMEM;
}

/* Makes every page present; a private one that may be written to gets a frame
 * of its own. */
static int
populate(struct space *s, vaddr_t va, vaddr_t end)
{
	int err = 0;

	for (; err == 0 && va < end; va += PAGE_SIZE) {
		const struct region *r = space_find(s, va);
		bool own = r && (r->prot & PROT_WRITE) && !r->shared;

		err = space_fault(s, va, own ? PROT_WRITE : PROT_READ);
		if (err == 0)
			err = sched_pause();
	}
	return err;
}

/* Nothing is ever swapped out, so a page that is present is locked. */
static long
lock(vaddr_t start, size_t len, bool now)
{
	struct space *s = process_current()->space;
	vaddr_t end = page_down(start) + page_up(len + start % PAGE_SIZE);
	int err = 0;

	start = page_down(start);
	if (end < start)
		return -EINVAL;
	if (start == end)
		return 0;
	if (!covered(s, start, end))
		return -ENOMEM;
	if (now)
		err = populate(s, start, end);
	if (err == -ENOMEM)
		return -EAGAIN;
	return err == 0 || err == -EINTR ? err : -ENOMEM;
}

long
sys_mlock(vaddr_t start, size_t len)
{
	return lock(start, len, true);
}

long
sys_mlock2(vaddr_t start, size_t len, uint64_t flags)
{
	if ((uint32_t)flags & ~(uint32_t)MLOCK_ONFAULT)
		return -EINVAL;
	return lock(start, len, !(flags & MLOCK_ONFAULT));
}

/* Pages that no touch has brought yet are left to the touch. */
long
sys_mlockall(uint64_t flags)
{
	const uint32_t known = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;

	if (!(flags & (MCL_CURRENT | MCL_FUTURE)) || (uint32_t)flags & ~known)
		return -EINVAL;
	return 0;
}

long
sys_munlockall(void)
{
	return 0;
}
