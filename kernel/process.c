/*
 * Processes: birth, transformation, death.
 *
 * Owns: the tree of processes by number, and process 1.
 * Invariants:
 *	a process is in its parent's children, or, dead, in its zombies; process 1
 *	has no parent and is everybody's who lost theirs
 *	a zombie has no space and no files; its kernel stack goes when it is reaped
 */
#include "kernel/process.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/files.h"
#include "kernel/gdt.h"
#include "kernel/inode.h"
#include "kernel/kstack.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/signal.h"
#include "kernel/string.h"
#include "kernel/trap.h"
#include "mm/heap.h"
#include "mm/pt.h"
#include "mm/space.h"

extern const char trap_return[], process_start[]; /* entry.asm */

/* The order in which context_switch pops. */
struct context {
	uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

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
static struct process *init;

struct process *
process_current(void)
{
	return this_cpu()->process;
}

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

/* The next number in turn that nobody has, not even as a group's or session's
 * leader; numbers come back only after all have been used. */
static pid_t
new_pid(void)
{
	static pid_t last;

	do
		last = last < PID_MAX ? last + 1 : 2;
	while (process_find(last));
	return last;
}

/* The registers of a process that has just been born or become something: all
 * zero, user segments, interrupts on. */
static void
init_frame(struct trap_frame *frame, vaddr_t entry, vaddr_t stack)
{
	*frame = (struct trap_frame){
		.vector = TRAP_SYSCALL,
		.rip = entry,
		.cs = USER_CS,
		.rflags = FLAG_IF | 2,
		.rsp = stack,
		.ss = USER_SS,
	};
}

/* FPU as System V ABI 3.4.1 wants it: all exceptions masked, empty. */
static void
init_fpu(struct process *p)
{
	uint16_t control = 0x37f;
	uint32_t mxcsr = 0x1f80;

	memset(p->fpu, 0, sizeof(p->fpu));
	memcpy(&p->fpu[0], &control, sizeof(control));
	memcpy(&p->fpu[24], &mxcsr, sizeof(mxcsr));
}

/* Puts a frame's place and a context on the stack, so that the first switch to
 * p goes to `start`, with rbx for process_start. */
static void
init_stack(struct process *p, const char *start, uint64_t rbx)
{
	uint64_t top = p->stack + KSTACK_SIZE;
	struct context *context;

	p->frame = (struct trap_frame *)(top - sizeof(*p->frame));
	context = (struct context *)p->frame - 1;
	*context = (struct context){.rbx = rbx, .rip = (uintptr_t)start};
	p->context = (uintptr_t)context;
}

/* A process with a number and a kernel stack, in no family. */
static struct process *
process_new(void)
{
	struct process *p = heap_alloc(sizeof(*p));

	if (!p)
		return NULL;
	p->stack = kstack_alloc();
	if (!p->stack) {
		heap_free(p);
		return NULL;
	}
	list_init(&p->children);
	list_init(&p->zombies);
	list_init(&p->sibling);
	list_init(&p->queue);
	wait_queue_init(&p->child_event);
	wait_queue_init(&p->vfork_done);
	return p;
}

static void
process_free(struct process *p)
{
	kstack_free(p->stack);
	heap_free(p);
}

/* p is complete: the world may see it. */
static void
publish(struct process *p)
{
	p->pid = new_pid();
	tree_insert(&processes, &p->by_pid);
	if (p->parent)
		list_append(&p->parent->children, &p->sibling);
}

int
process_new_first(void (*entry)(void))
{
	struct process *p = process_new();

	if (!p)
		return -ENOMEM;
	p->space = space_new();
	p->files = files_new();
	if (!p->space || !p->files)
		return -ENOMEM; /* boot ends here: nothing to give back to */
	init_fpu(p);
	init_stack(p, process_start, (uintptr_t)entry);
	init_frame(p->frame, 0, 0);
	p->cwd = inode_root;
	inode_get(p->cwd);
	p->umask = 022;
	publish(p);
	p->pgid = p->sid = p->pid;
	string_copy(p->name, "init", sizeof(p->name));
	init = p;
	sched_ready(p);
	return 0;
}

/* What a child has in common with its parent and can be copied as it is. */
static void
copy_plain(struct process *child, struct process *parent)
{
	cpu_save_fpu(child->fpu);
	*child->frame = *parent->frame;
	child->frame->rax = 0;
	child->parent = parent;
	child->pgid = parent->pgid;
	child->sid = parent->sid;
	child->fs_base = parent->fs_base;
	child->umask = parent->umask;
	child->cwd = parent->cwd;
	inode_get(child->cwd);
	child->program = parent->program;
	if (child->program)
		inode_get(child->program);
	memcpy(child->name, parent->name, sizeof(child->name));
}

struct process *
process_fork(void)
{
	struct process *parent = process_current();
	struct process *child = process_new();

	if (!child)
		return NULL;
	child->files = files_fork(parent->files);
	if (!child->files)
		goto free_process;
	child->space = space_fork(parent->space);
	if (!child->space)
		goto free_files;
	init_stack(child, trap_return, 0);
	copy_plain(child, parent);
	publish(child);
	EVENT("fork pid=%d child=%d", parent->pid, child->pid);
	return child;

free_files:
	files_free(child->files);
free_process:
	process_free(child);
	return NULL;
}

/* A vfork parent need wait no longer. */
static void
release_parent(struct process *p)
{
	p->vforked = false;
	wait_wake(&p->vfork_done);
}

void
process_become(struct space *space, struct inode *program, const char *name,
	       vaddr_t entry, vaddr_t stack)
{
	struct process *p = process_current();
	struct space *old = p->space;

	files_exec(p->files);
	p->space = space;
	space_activate(space);
	space_free(old);
	inode_put(p->program);
	p->program = program;
	string_copy(p->name, name, sizeof(p->name));
	p->fs_base = 0;
	cpu_write_msr(MSR_FS_BASE, 0);
	init_fpu(p);
	cpu_load_fpu(p->fpu);
	init_frame(p->frame, entry, stack);
	release_parent(p);
	EVENT("exec pid=%d name=%s", p->pid, p->name);
}

/* Gives away what only a living process needs. */
static void
release_resources(struct process *p)
{
	struct space *space = p->space;

	files_free(p->files);
	p->files = NULL;
	inode_put(p->cwd);
	inode_put(p->program);
	p->cwd = p->program = NULL;
	p->space = NULL;
	pt_activate(pt_kernel_root());
	space_free(space);
}

/* Children go to process 1; the dead among them it will hear of at once. */
static void
abandon_children(struct process *p)
{
	list_each_safe(link, &p->children) {
		CONTAINER(link, struct process, sibling)->parent = init;
		list_remove(link);
		list_append(&init->children, link);
	}
	list_each_safe(link, &p->zombies) {
		CONTAINER(link, struct process, sibling)->parent = init;
		list_remove(link);
		list_append(&init->zombies, link);
		wait_wake(&init->child_event);
	}
}

void
process_exit(int status)
{
	struct process *p = process_current();

	EVENT("exit pid=%d status=%x", p->pid, status);
	if (p == init) {
		print("init ended with status 0x%x\n", status);
		shutdown(status == 0);
	}
	release_resources(p);
	abandon_children(p);
	release_parent(p);
	p->exit_status = status;
	p->state = PROCESS_ZOMBIE;
	list_remove(&p->sibling);
	list_append(&p->parent->zombies, &p->sibling);
	wait_wake(&p->parent->child_event);
	sched_switch();
	panic("process_exit: a zombie ran");
}

void
process_reap(struct process *zombie)
{
	assert(zombie->state == PROCESS_ZOMBIE);
	list_remove(&zombie->sibling);
	tree_remove(&processes, &zombie->by_pid);
	process_free(zombie);
}

/* The first signal decides. */
void
process_kill(struct process *p, int signal)
{
	if (p->state == PROCESS_ZOMBIE || p->killed)
		return;
	p->killed = signal;
	sched_wake(p);
}

bool
process_kill_group(pid_t pgid, int signal)
{
	bool found = false;
	struct process *p = process_at_or_after(1);

	for (; p; p = process_at_or_after(p->pid + 1)) {
		if (p->pgid != pgid)
			continue;
		found = true;
		if (p != init)
			process_kill(p, signal);
	}
	return found;
}

bool
process_make_room(void)
{
	struct process *p = process_at_or_after(1), *victim = NULL;
	size_t most = 0;

	for (; p; p = process_at_or_after(p->pid + 1)) {
		size_t pages = p != init && p->space && !p->killed
				       ? space_count_pages(p->space)
				       : 0;

		if (pages > most) {
			victim = p;
			most = pages;
		}
	}
	if (!victim)
		return false;
	print("%s[%d]: killed, to leave memory for init\n", victim->name,
	      victim->pid);
	process_kill(victim, SIGKILL);
	sched_yield();
	return true;
}

static bool
process_ok(const struct process *p)
{
	bool family = p == init ? !p->parent : p->parent && p->parent->space;
	bool alive = p->state != PROCESS_ZOMBIE;

	return family && alive == (p->space != NULL) &&
	       alive == (p->files != NULL);
}

int
process_audit(void)
{
	int defects = 0;
	struct process *p = process_at_or_after(1);

	for (; p; p = process_at_or_after(p->pid + 1)) {
		if (process_ok(p))
			continue;
		print("audit: process %d (%s): family, space or files\n",
		      p->pid, p->name);
		defects++;
	}
	return defects;
}
