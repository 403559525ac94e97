/*
 * Processes: birth, transformation, and what is left of them.
 *
 * Owns: the tree of processes by number, and process 1.
 * Invariants:
 *	a process is in its parent's children, or, dead, in its zombies; process 1
 *	has no parent and is everybody's who lost theirs
 *	a zombie has no thread, no space and no files
 */
#include "kernel/process.h"

#include "kernel/assert.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/heap.h"
#include "mm/space.h"

enum {
	PID_MAX = 4194304, /* as on Linux */
};

static struct process *
process_of(const struct tree_node *n)
{
	return n ? CONTAINER(n, struct process, by_pid) : NULL;
}

static int
compare_pids(const struct tree_node *a, const struct tree_node *b)
{
	return process_of(a)->pid - process_of(b)->pid;
}

static struct tree processes = {.compare = compare_pids};
struct process *process_init;
uint64_t process_births;

struct process *
process_at_or_after(pid_t pid)
{
	const struct tree_node *n = processes.root;
	struct process *best = NULL;

	while (n) {
		struct process *p = process_of(n);

		if (p->pid >= pid)
			best = p;
		n = p->pid >= pid ? n->left : n->right;
	}
	return best;
}

struct process *
process_find(pid_t pid)
{
	struct process *p = process_at_or_after(pid);

	return p && p->pid == pid ? p : NULL;
}

/* The next number in turn that no process and no thread has; numbers come back
 * only after all have been used. */
static pid_t
new_number(void)
{
	static pid_t last;

	do
		last = last < PID_MAX ? last + 1 : 2;
	while (process_find(last) || thread_find(last));
	return last;
}

/* A process with one thread, in no family. */
static struct process *
process_new(struct thread **thread)
{
	struct process *p = heap_alloc(sizeof(*p));

	if (!p)
		return NULL;
	list_init(&p->children);
	list_init(&p->zombies);
	list_init(&p->sibling);
	list_init(&p->threads);
	signals_init(&p->signals);
	wait_queue_init(&p->child_event);
	wait_queue_init(&p->thread_ended);
	wait_queue_init(&p->continued);
	*thread = thread_new(p);
	if (*thread)
		return p;
	heap_free(p);
	return NULL;
}

/* p has all that it ever got: it may be half made, or dead. */
static void
process_free(struct process *p)
{
	thread_free(p->dead);
	signals_free(&p->signals);
	signal_free_actions(p);
	if (p->files)
		files_free(p->files);
	if (p->space)
		space_put(p->space);
	heap_free(p);
}

/* p is complete: the world may see it. */
static void
publish(struct process *p, struct thread *t)
{
	p->pid = new_number();
	process_births++;
	p->started = timer_now();
	tree_insert(&processes, &p->by_pid);
	thread_publish(t, p->pid);
	if (p->parent)
		list_append(&p->parent->children, &p->sibling);
}

int
process_new_first(void (*entry)(void))
{
	struct thread *t;
	struct process *p = process_new(&t);

	if (!p)
		return -ENOMEM;
	p->space = space_new();
	p->files = files_new();
	if (!p->space || !p->files)
		return -ENOMEM; /* boot ends here: nothing to give back to */
	thread_start_in_kernel(t, entry);
	p->cwd = inode_root;
	inode_get(p->cwd);
	p->umask = 022;
	memcpy(p->limits, limits_default, sizeof(p->limits));
	publish(p, t);
	p->pgid = p->sid = p->pid;
	string_copy(p->name, "init", sizeof(p->name));
	process_init = p;
	sched_ready(t);
	return 0;
}

/* What a child has in common with its parent and can be copied as it is. */
static void
copy_plain(struct process *child, struct process *parent)
{
	child->parent = parent;
	child->pgid = parent->pgid;
	child->sid = parent->sid;
	child->exit_signal = SIGCHLD;
	child->umask = parent->umask;
	memcpy(child->limits, parent->limits, sizeof(child->limits));
	child->cwd = parent->cwd;
	inode_get(child->cwd);
	child->program = parent->program;
	inode_run(child->program);
	memcpy(child->name, parent->name, sizeof(child->name));
}

static struct space *
share_or_copy(struct space *s, bool share)
{
	if (!share)
		return space_fork(s);
	space_get(s);
	return s;
}

struct thread *
process_fork(bool share_space)
{
	struct process *parent = process_current();
	struct thread *t;
	struct process *child = process_new(&t);

	if (!child)
		return NULL;
	child->files = files_fork(parent->files);
	child->space = share_or_copy(parent->space, share_space);
	if (!child->files || !child->space ||
	    signal_fork_actions(child, parent) < 0) {
		thread_free(t);
		process_free(child);
		return NULL;
	}
	copy_plain(child, parent);
	publish(child, t);
	EVENT("fork pid=%d child=%d", parent->pid, child->pid);
	return t;
}

struct thread *
process_add_thread(void)
{
	struct thread *t = thread_new(process_current());

	if (t)
		thread_publish(t, new_number());
	return t;
}

int
process_become(struct space *space, struct inode *program, const char *name,
	       vaddr_t entry, vaddr_t stack)
{
	struct process *p = process_current();
	struct space *old = p->space;
	int err = thread_be_alone();

	if (err < 0)
		return err;
	files_exec(p->files);
	signal_reset_handlers(p);
	p->space = space;
	space_activate(space);
	space_put(old);
	inode_run(program);
	inode_stop(p->program);
	p->program = program;
	string_copy(p->name, name, sizeof(p->name));
	p->has_execed = true;
	thread_start_program(entry, stack);
	process_release_parent(p);
	EVENT("exec pid=%d name=%s", p->pid, p->name);
	return 0;
}

void
process_reap(struct process *zombie)
{
	assert(list_empty(&zombie->threads));
	list_remove(&zombie->sibling);
	tree_remove(&processes, &zombie->by_pid);
	process_free(zombie);
}

char
process_state(const struct process *p)
{
	if (list_empty(&p->threads))
		return 'Z';
	if (p->stopped)
		return 'T';
	thread_each(t, p)
		if (t->state == THREAD_READY)
			return 'R';
	return 'S';
}

uint64_t
process_cpu_time(const struct process *p)
{
	uint64_t ns = p->cpu_ns;

	thread_each(t, p)
		ns += thread_cpu_time(t);
	return ns;
}
