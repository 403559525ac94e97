/*
 * Threads: birth, start, death.
 *
 * Owns: the tree of threads by number.
 * Invariants:
 *	a thread in a process's list is in the tree, and READY or ASLEEP
 *	a dead thread is its process's `dead`, until the next one dies there or
 *	the process is reaped: nobody can free the stack they stand on
 */
#include "kernel/thread.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/futex.h"
#include "kernel/gdt.h"
#include "kernel/kstack.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/timer.h"
#include "kernel/trap.h"
#include "mm/heap.h"
#include "mm/space.h"
#include "mm/user.h"

extern const char trap_return[], thread_start[]; /* entry.asm */

/* The order in which context_switch pops. */
struct context {
	uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

static struct thread *
thread_of(const struct tree_node *n)
{
	return n ? CONTAINER(n, struct thread, by_tid) : NULL;
}

static int
compare_tids(const struct tree_node *a, const struct tree_node *b)
{
	return thread_of(a)->tid - thread_of(b)->tid;
}

static struct tree threads = {.compare = compare_tids};

struct thread *
thread_find(pid_t tid)
{
	const struct tree_node *n = threads.root;

	while (n && thread_of(n)->tid != tid)
		n = tid < thread_of(n)->tid ? n->left : n->right;
	return thread_of(n);
}

/* The registers of a program's first moment: all zero, user segments,
 * interrupts on. */
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
init_fpu(struct thread *t)
{
	uint16_t control = 0x37f;
	uint32_t mxcsr = 0x1f80;

	memset(t->fpu, 0, sizeof(t->fpu));
	memcpy(&t->fpu[0], &control, sizeof(control));
	memcpy(&t->fpu[24], &mxcsr, sizeof(mxcsr));
}

/* Puts a frame's place and a context on the stack, so that the first switch to
 * t goes to `start`, with rbx for thread_start. */
static void
init_stack(struct thread *t, const char *start, uint64_t rbx)
{
	uint64_t top = t->stack + KSTACK_SIZE;
	struct context *context;

	t->frame = (struct trap_frame *)(top - sizeof(*t->frame));
	context = (struct context *)t->frame - 1;
	*context = (struct context){.rbx = rbx, .rip = (uintptr_t)start};
	t->context = (uintptr_t)context;
}

/* What a new thread has of the one that makes it. */
static void
inherit(struct thread *t, const struct thread *from)
{
	if (!from) {
		init_fpu(t);
		init_frame(t->frame, 0, 0);
		return;
	}
	cpu_save_fpu(t->fpu);
	*t->frame = *from->frame;
	t->frame->rax = 0;
	t->selectors = cpu_selectors();
	t->fs_base = from->fs_base;
	t->blocked = from->blocked;
	t->stack_for_signals = from->stack_for_signals;
	t->attention = true; /* the process may have signals that wait */
}

struct thread *
thread_new(struct process *p)
{
	struct thread *t = heap_alloc(sizeof(*t));

	if (!t)
		return NULL;
	t->stack = kstack_alloc();
	if (!t->stack) {
		heap_free(t);
		return NULL;
	}
	t->process = p;
	list_init(&t->sibling);
	list_init(&t->queue);
	init_stack(t, trap_return, 0);
	inherit(t, thread_current());
	signals_init(&t->signals);
	return t;
}

void
thread_publish(struct thread *t, pid_t tid)
{
	t->tid = tid;
	tree_insert(&threads, &t->by_tid);
	list_append(&t->process->threads, &t->sibling);
}

void
thread_free(struct thread *t)
{
	if (!t)
		return;
	signals_free(&t->signals);
	kstack_free(t->stack);
	heap_free(t);
}

void
thread_start_in_kernel(struct thread *t, void (*entry)(void))
{
	init_stack(t, thread_start, (uintptr_t)entry);
}

void
thread_start_program(vaddr_t entry, vaddr_t stack)
{
	struct thread *t = thread_current();

	cpu_load_selectors(0);
	thread_set_fs_base(0);
	thread_reset_fpu();
	t->clear_tid = 0;
	t->stack_for_signals = (struct signal_stack){0};
	init_frame(t->frame, entry, stack);
	t->attention = true;
}

void
thread_reset_fpu(void)
{
	init_fpu(thread_current());
	cpu_load_fpu(thread_current()->fpu);
}

void
thread_set_fs_base(uint64_t base)
{
	thread_current()->fs_base = base;
	cpu_write_msr(MSR_FS_BASE, base);
}

static bool
is_alone(const struct thread *t)
{
	return t->sibling.next == t->sibling.prev;
}

/* Tells who joins this thread that it has ended, set_tid_address(2): if there
 * may be anybody who sees that memory. */
static void
tell_joiner(struct thread *t)
{
	struct space *s = t->process->space;
	const pid_t nobody = 0;

	if (is_alone(t) && s->refs == 1)
		return;
	if (t->clear_tid &&
	    user_put(s, t->clear_tid, &nobody, sizeof(nobody)) == 0)
		futex_wake_all(s, t->clear_tid);
}

void
thread_exit(void)
{
	struct thread *t = thread_current();
	struct process *p = t->process;

	tell_joiner(t);
	p->cpu_ns += thread_cpu_time(t);
	if (is_alone(t))
		process_end(p);
	tree_remove(&threads, &t->by_tid);
	list_remove(&t->sibling);
	wait_wake(&p->thread_ended);
	thread_free(p->dead);
	p->dead = t;
	t->state = THREAD_DEAD;
	sched_switch();
	panic("thread_exit: a dead thread ran");
}

bool
thread_must_end(void)
{
	const struct thread *t = thread_current();

	return t->process->ending && t->process->survivor != t;
}

int
thread_be_alone(void)
{
	struct thread *t = thread_current();
	struct process *p = t->process;

	if (thread_must_end())
		return -EINTR;
	p->survivor = t;
	process_hurry(p);
	while (!is_alone(t))
		if (wait_sleep_deaf(&p->thread_ended) < 0)
			return -EINTR;
	p->ending = false;
	p->survivor = NULL;
	tree_remove(&threads, &t->by_tid);
	t->tid = p->pid;
	tree_insert(&threads, &t->by_tid);
	return 0;
}

uint64_t
thread_cpu_time(const struct thread *t)
{
	uint64_t now = t == thread_current() ? cpu_cycles() - t->run_since : 0;

	return timer_ns(t->cpu_cycles + now);
}
