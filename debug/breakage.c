/*
 * Things that an audit must find, broken one at a time (make INJECT=1): those of
 * the kernel; tests/host/test_audit.c breaks those of mm.
 *
 * The caller has a pipe's reading end as descriptor 0, a file that it may write
 * as descriptor 1, and a parent that sleeps. Each function changes something and,
 * called again, changes it back.
 */
#include "debug/breakage.h"

#include "kernel/check.h"
#include "kernel/cpu.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"

enum {
	CR0_AM_BIT = 1 << 18,
	CR4_TSD_BIT = 1 << 2,
};

static struct file *
file_of(int fd)
{
	return files_find(process_current()->files, (uint64_t)fd);
}

static struct thread *
parents_thread(void)
{
	return CONTAINER(process_current()->parent->threads.next, struct thread,
			 sibling);
}

static void
cr0(bool broken)
{
	(void)broken;
	cpu_write_cr0(cpu_read_cr0() ^ CR0_AM_BIT);
}

static void
cr4(bool broken)
{
	(void)broken;
	cpu_write_cr4(cpu_read_cr4() ^ CR4_TSD_BIT);
}

static void
fmask(bool broken)
{
	(void)broken;
	cpu_write_msr(MSR_FMASK, cpu_read_msr(MSR_FMASK) ^ FLAG_AC);
}

static void
file_too_many(bool broken)
{
	file_of(1)->refs += broken ? 1 : -1u;
}

static void
file_too_few(bool broken)
{
	file_of(1)->refs += broken ? -1u : 1;
}

static void
call_that_holds(bool broken)
{
	thread_current()->holds += broken ? 1 : -1u;
}

static void
writers(bool broken)
{
	file_of(1)->inode->writers += broken ? 1 : -1u;
}

static void
pipe_end(bool broken)
{
	struct file *f = file_of(0);

	if (broken)
		(void)f->inode->ops->open(f);
	else
		f->inode->ops->release(f);
}

static void
family(bool broken)
{
	static struct process *parent;

	if (broken)
		parent = process_current()->parent;
	process_current()->parent = broken ? NULL : parent;
}

static void
runs_asleep(bool broken)
{
	thread_current()->state = broken ? THREAD_ASLEEP : THREAD_READY;
}

static void
ready_and_forgotten(bool broken)
{
	parents_thread()->state = broken ? THREAD_READY : THREAD_ASLEEP;
}

static void
queued_asleep(bool broken)
{
	struct thread *t = parents_thread();

	if (broken)
		sched_ready(t);
	else
		list_remove(&t->queue);
	t->state = THREAD_ASLEEP;
}

/* A thread in the run queue that no process has. */
static void
queued_stranger(bool broken)
{
	static struct thread stranger;

	if (broken)
		sched_ready(&stranger);
	else
		list_remove(&stranger.queue);
}

static void
stack_canary(bool broken)
{
	*(uint64_t *)thread_current()->stack ^= 1;
	(void)broken;
}

static void
root_references(bool broken)
{
	process_current()->space->root->refs += broken ? 1 : -1u;
}

static void
region_rights(bool broken)
{
	struct space *s = process_current()->space;

	space_find(s, s->stack_top - 1)->prot =
		broken ? PROT_NONE : PROT_READ | PROT_WRITE;
}

static const struct {
	const char *name;
	void (*change)(bool broken);
} things[] = {
	{"cr0", cr0},
	{"cr4", cr4},
	{"fmask", fmask},
	{"file-too-many", file_too_many},
	{"file-too-few", file_too_few},
	{"call-that-holds", call_that_holds},
	{"writers", writers},
	{"pipe-end", pipe_end},
	{"family", family},
	{"runs-asleep", runs_asleep},
	{"ready-and-forgotten", ready_and_forgotten},
	{"queued-asleep", queued_asleep},
	{"queued-stranger", queued_stranger},
	{"stack-canary", stack_canary},
	{"root-references", root_references},
	{"region-rights", region_rights},
};

long
breakage_audit(uint64_t n)
{
	long defects;

	if (n >= COUNT(things))
		return -ENOENT;
	print("breakage: %s\n", things[n].name);
	things[n].change(true);
	defects = check_everything();
	things[n].change(false);
	print("breakage: %ld defects\n", defects);
	return defects;
}
