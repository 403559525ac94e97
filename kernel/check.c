/*
 * Where the audits of all parts come together, with the recounts that concern
 * several: families, threads and the run queue, open files.
 */
#include "kernel/check.h"

#include "kernel/cpu.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/idt.h"
#include "kernel/inode.h"
#include "kernel/kstack.h"
#include "kernel/pipe.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "mm/audit.h"
#include "mm/frame.h"

/* Frames that the kernel itself points at. */
static int
hold(void)
{
	pipe_hold();
	return kstack_audit();
}

/* Whether the members of a list are p's children, alive or dead. */
static bool
family_ok(const struct process *p, const struct list *family, bool alive)
{
	list_each(link, family) {
		const struct process *child =
			CONTAINER(link, struct process, sibling);

		if (child->parent != p || list_empty(&child->threads) == alive)
			return false;
	}
	return true;
}

static bool
process_ok(const struct process *p)
{
	bool parent = p == process_init ? !p->parent
					: p->parent && p->parent->space &&
						  !list_empty(&p->sibling);
	bool alive = !list_empty(&p->threads);

	return parent && alive == (p->space != NULL) &&
	       alive == (p->files != NULL) &&
	       family_ok(p, &p->children, true) &&
	       family_ok(p, &p->zombies, false);
}

/* A thread that is ready runs or is in the run queue; one asleep is in neither. */
static bool
thread_ok(const struct thread *t, const struct process *p)
{
	bool queued = !list_empty(&t->queue), current = t == thread_current();

	return t->process == p && thread_find(t->tid) == t &&
	       (t->state == THREAD_READY    ? queued != current
		: t->state == THREAD_ASLEEP ? !queued && !current
					    : false);
}

/* Whether t looks at what there is for it before it leaves the kernel. */
static bool
attends(const struct thread *t, const struct process *p)
{
	return t->attention ||
	       (!p->ending && !p->stopped && !t->blocked_for_call &&
		!((p->signals.pending | t->signals.pending) & ~t->blocked));
}

static int
audit_processes(void)
{
	size_t waiting = 0;
	int defects = 0;

	process_each(p) {
		if (!process_ok(p)) {
			print("audit: process %d (%s): family, space or "
			      "files\n",
			      p->pid, p->name);
			defects++;
		}
		thread_each(t, p) {
			waiting += !list_empty(&t->queue);
			if (thread_ok(t, p) && attends(t, p))
				continue;
			print("audit: thread %d of %d (%s): state %d, queued "
			      "%d, attends %d\n",
			      t->tid, p->pid, p->name, t->state,
			      !list_empty(&t->queue), attends(t, p));
			defects++;
		}
	}
	if (waiting == sched_queued())
		return defects;
	print("audit: %zu threads in the run queue, %zu are ready\n",
	      sched_queued(), waiting);
	return defects + 1;
}

/* Descriptors, and calls under way: what holds open files. => how many the
 * calls hold */
static uint64_t
recount_files(void)
{
	uint64_t held = 0;

	for (struct file *f = file_next(NULL); f; f = file_next(f)) {
		f->recount = 0;
		if (f->inode)
			f->inode->recount = 0;
	}
	for (struct file *f = file_next(NULL); f; f = file_next(f))
		if (f->inode)
			f->inode->recount += file_writable(f);
	process_each(p) {
		if (p->files)
			files_recount(p->files);
		thread_each(t, p)
			held += t->holds;
	}
	return held;
}

/* Which call holds which file is written nowhere: their sum must be right. */
static int
audit_files(void)
{
	uint64_t in_calls = recount_files(), held = 0;
	int defects = 0;

	for (struct file *f = file_next(NULL); f; f = file_next(f))
		held += f->refs - f->recount;
	for (struct file *f = file_next(NULL); f; f = file_next(f)) {
		if (f->refs < f->recount ||
		    (held != in_calls && f->refs > f->recount)) {
			print("audit: file of inode %lu: refs %u, %u "
			      "descriptors; calls hold %lu files\n",
			      f->inode ? f->inode->ino : 0, f->refs, f->recount,
			      in_calls);
			defects++;
		}
		if (f->inode && f->inode->writers != f->inode->recount) {
			print("audit: inode %lu: writers %u, recount %u\n",
			      f->inode->ino, f->inode->writers,
			      f->inode->recount);
			defects++;
		}
	}
	if (defects > 0 || held == in_calls)
		return defects;
	print("audit: calls hold %lu files, of which %lu are held\n", in_calls,
	      held);
	return 1;
}

int
check_now(void)
{
	return cpu_audit() + idt_audit() + audit(hold) + audit_processes() +
	       audit_files() + pipe_audit();
}

int
check_everything(void)
{
	return check_now() + !frame_audit_poison();
}
