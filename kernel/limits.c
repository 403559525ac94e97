/*
 * Resource limits: what they start with, and what they are about.
 */
#include "kernel/limits.h"

#include "kernel/exec.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"

#define UNLIMITED UINT64_MAX
#define ANY                          \
	{                            \
		UNLIMITED, UNLIMITED \
	}

/* By number: CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS
 * SIGPENDING MSGQUEUE NICE RTPRIO RTTIME. */
const struct limit limits_default[LIMIT_KINDS] = {
	ANY,
	ANY,
	ANY,
	{STACK_SIZE, UNLIMITED},
	{0, UNLIMITED},
	ANY,
	ANY,
	{FILES_MAX, FILES_MAX},
	ANY,
	ANY,
	ANY,
	ANY,
	{819200, 819200},
	{0, 0},
	{0, 0},
	ANY,
};

uint64_t
limits_get(enum limit_kind kind)
{
	return process_current()->limits[kind].now;
}

int
limits_set(struct process *p, enum limit_kind kind, const struct limit *limit)
{
	int err = 0;

	if (limit->now > limit->most)
		return -EINVAL;
	if (kind == LIMIT_NOFILE && limit->most > FILES_MAX)
		return -EPERM;
	if (kind == LIMIT_STACK && p->space)
		err = exec_cut_stack(p->space, limit->now);
	if (err == 0)
		p->limits[kind] = *limit;
	return err;
}

/* Bytes of the regions in [start, end), or of those that LIMIT_DATA is about. */
static uint64_t
bytes_in(struct space *s, vaddr_t start, vaddr_t end, bool data)
{
	const struct region *r = region_at_or_after(&s->regions, start);
	uint64_t n = 0;

	for (; r && r->start < end; r = r->next)
		if (!data || ((r->prot & PROT_WRITE) && !r->shared &&
			      r->end != s->stack_top))
			n += min_u64(r->end, end) - max_u64(r->start, start);
	return n;
}

/* Whether nothing has to be counted, as for most. */
static bool
unlimited(void)
{
	return limits_get(LIMIT_AS) == UNLIMITED &&
	       limits_get(LIMIT_DATA) == UNLIMITED;
}

static int
grow(struct space *s, uint64_t more, uint64_t more_data)
{
	if (more > 0 && s->regions.bytes + more > limits_get(LIMIT_AS))
		return -ENOMEM;
	if (more_data > 0 && limits_get(LIMIT_DATA) != UNLIMITED &&
	    bytes_in(s, 0, USER_END, true) + more_data > limits_get(LIMIT_DATA))
		return -ENOMEM;
	return 0;
}

bool
limits_overcommit(uint64_t more, int prot, bool shared)
{
	return (prot & PROT_WRITE) && !shared &&
	       more / PAGE_SIZE > frame_total - frame_count(FRAME_NONE);
}

int
limits_grow(struct space *s, uint64_t more, int prot, bool shared)
{
	if (limits_overcommit(more, prot, shared))
		return -ENOMEM;
	if (unlimited())
		return 0;
	return grow(s, more, (prot & PROT_WRITE) && !shared ? more : 0);
}

static COLD int
replace(struct space *s, vaddr_t start, uint64_t len, bool data)
{
	uint64_t old = bytes_in(s, start, start + len, false);
	uint64_t old_data = bytes_in(s, start, start + len, true);

	return grow(s, len - old, data ? len - old_data : 0);
}

int
limits_replace(struct space *s, vaddr_t start, uint64_t len, int prot,
	       bool shared)
{
	return unlimited()
		       ? 0
		       : replace(s, start, len, (prot & PROT_WRITE) && !shared);
}

bool
limits_exceeded(struct space *s)
{
	return s->regions.bytes > limits_get(LIMIT_AS) ||
	       bytes_in(s, 0, USER_END, true) > limits_get(LIMIT_DATA);
}
