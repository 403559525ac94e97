/*
 * pageinfo and psinfo: what a test or a curious program may ask about a page and
 * a process (user/include/quire/abi.h).
 */
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"
#include "user/include/quire/abi.h"

static void
describe_region(struct pageinfo *info, const struct region *r)
{
	info->region_start = r->start;
	info->region_end = r->end;
	info->region_offset = r->offset;
	info->prot = r->prot;
	info->shared = r->shared;
	if (r->label)
		string_copy(info->label, r->label, sizeof(info->label));
	if (!r->store)
		return;
	info->file = r->store->id;
	string_copy(info->name, r->store->name, sizeof(info->name));
}

/* Where the contents of the page at offset come from: a store's page that it
 * does not show (any more) has been copied. */
static enum pageinfo_source
source_of(const struct region *r, uint64_t offset, const struct frame *f)
{
	if (f == frame_zero)
		return PAGE_ZERO;
	if (r->store && offset < r->filled &&
	    store_peek(r->store, (r->offset + offset) / PAGE_SIZE) == f)
		return r->store->id ? PAGE_FILE : PAGE_SHARED;
	return PAGE_PRIVATE;
}

static void
describe_page(struct pageinfo *info, struct space *s, const struct region *r,
	      vaddr_t va)
{
	struct pt_page page;

	info->offset = r->offset + (va - r->start);
	if (!pt_lookup(s->root, va, &page))
		return;
	info->source = (uint8_t)source_of(r, va - r->start, page.frame);
	info->present = 1;
	info->readable = page.prot != PROT_NONE;
	info->writable = (page.prot & PROT_WRITE) != 0;
	info->executable = (page.prot & PROT_EXEC) != 0;
	info->accessed = page.accessed;
	info->dirty = page.dirty;
	info->module = page.frame->kind == FRAME_MODULE;
	info->refs = page.frame->refs;
	info->frame = frame_number(page.frame);
}

static void
describe_walk(struct pageinfo *info, struct space *s, vaddr_t va)
{
	struct pt_trace trace;

	pt_trace(s->root, va, &trace);
	info->depth = (uint8_t)trace.depth;
	memcpy(info->entry, trace.entry, sizeof(info->entry));
	memcpy(info->entry_frame, trace.frame, sizeof(info->entry_frame));
	memcpy(info->entry_refs, trace.refs, sizeof(info->entry_refs));
}

long
sys_pageinfo(uint64_t pid, vaddr_t addr, vaddr_t result)
{
	struct process *p =
		(pid_t)pid ? process_find((pid_t)pid) : process_current();
	vaddr_t va = page_down(addr), from;
	struct pageinfo info = {0};
	const struct region *r;
	struct pt_page next;

	if (!p || !p->space)
		return -ESRCH;
	r = region_at_or_after(&p->space->regions, va);
	if (addr >= USER_END || !r)
		return -ENOENT;
	describe_region(&info, r);
	describe_walk(&info, p->space, va);
	if (va >= r->start)
		describe_page(&info, p->space, r, va);
	from = va < r->start ? r->start : va + PAGE_SIZE;
	if (pt_next(p->space->root, from, r->end, &next))
		info.next = next.va;
	return user_put(process_current()->space, result, &info, sizeof(info));
}

long
sys_psinfo(uint64_t pid, vaddr_t result)
{
	struct process *p = process_at_or_after((pid_t)pid);
	struct psinfo info = {0};
	size_t tables;

	if (!p)
		return -ESRCH;
	info.pid = p->pid;
	info.ppid = p->parent ? p->parent->pid : 0;
	info.pgid = p->pgid;
	info.state = process_state(p);
	string_copy(info.name, p->name, sizeof(info.name));
	if (p->space) {
		info.regions = p->space->regions.count;
		info.pages = pt_count(p->space->root, &tables);
		info.tables = tables;
	}
	info.faults = p->faults;
	info.cpu_ns = process_cpu_time(p);
	return user_put(process_current()->space, result, &info, sizeof(info));
}
