/*
 * System calls about processes and threads: fork, clone, exec, exit.
 */
#include "kernel/errno.h"
#include "kernel/exec.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/trap.h"
#include "mm/layout.h"
#include "mm/space.h"
#include "mm/user.h"

enum {
	CSIGNAL = 0xff,
	CLONE_VM = 0x100,
	CLONE_FS = 0x200,
	CLONE_FILES = 0x400,
	CLONE_SIGHAND = 0x800,
	CLONE_VFORK = 0x4000,
	CLONE_THREAD = 0x10000,
	CLONE_SYSVSEM = 0x40000,
	CLONE_SETTLS = 0x80000,
	CLONE_PARENT_SETTID = 0x100000,
	CLONE_CHILD_CLEARTID = 0x200000,
	CLONE_DETACHED = 0x400000, /* means nothing, on Linux too */
	CLONE_CHILD_SETTID = 0x1000000,

	/* What all threads of a process share, and different ones do not. */
	THREAD_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		       CLONE_THREAD,
	ANY_FLAGS = CSIGNAL | CLONE_VM | CLONE_VFORK | CLONE_SYSVSEM |
		    CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID |
		    CLONE_DETACHED | CLONE_CHILD_SETTID,

	ROBUST_LIST_SIZE = 24,

	PR_SET_NAME = 15,
	PR_GET_NAME = 16,
	CPU_SET = 8, /* bytes */

	ARCH_SET_FS = 0x1002,
	ARCH_GET_FS = 0x1003,
};

/* The child may not run before the parent says so, and the parent not until the
 * child, which uses its memory, has left for another program or died. */
static long
start_vforked(struct thread *t)
{
	struct process *child = t->process;
	struct vfork wait = {.over = false};
	pid_t pid = child->pid;

	wait_queue_init(&wait.queue);
	child->vfork = &wait;
	sched_ready(t);
	while (!wait.over && wait_sleep_deaf(&wait.queue) == 0)
		;
	if (!wait.over)
		child->vfork = NULL; /* killed: nobody waits any more */
	return pid;
}

/* A child runs first: it soon calls exec or exits, and what the parent writes
 * after that is its own again, where before it would have to be copied. A thread
 * waits for its turn. */
static long
start(struct thread *t, bool first)
{
	pid_t tid = t->tid;

	if (first)
		sched_run_first(t);
	else
		sched_ready(t);
	return tid;
}

static long
fork_process(uint64_t flags, bool share_space)
{
	struct thread *t = process_fork(share_space);

	if (!t)
		return -ENOMEM;
	if (flags & CLONE_VFORK)
		return start_vforked(t);
	return start(t, true);
}

long
sys_fork(void)
{
	return fork_process(0, false);
}

long
sys_vfork(void)
{
	return fork_process(CLONE_VFORK, true);
}

/* Either all that threads share, or nothing of it but memory. */
static bool
flags_ok(uint64_t flags)
{
	if ((flags & THREAD_FLAGS) == THREAD_FLAGS)
		return !(flags & ~(uint64_t)(THREAD_FLAGS | ANY_FLAGS)) &&
		       !(flags & CLONE_VFORK);
	return !(flags & ~(uint64_t)ANY_FLAGS) &&
	       (int)(flags & CSIGNAL) <= SIGNALS;
}

/* The child's own registers, and where numbers are to be written. As on Linux,
 * it runs even if they cannot be. */
static void
set_up(struct thread *t, uint64_t flags, vaddr_t stack, vaddr_t parent_tid,
       vaddr_t child_tid, uint64_t tls)
{
	if (stack)
		t->frame->rsp = stack;
	if (flags & CLONE_SETTLS)
		t->fs_base = tls;
	if ((flags & CLONE_VM) && !(flags & CLONE_VFORK))
		t->stack_for_signals = (struct signal_stack){0};
	if (flags & CLONE_CHILD_CLEARTID)
		t->clear_tid = child_tid;
	if (flags & CLONE_CHILD_SETTID)
		(void)!user_put(t->process->space, child_tid, &t->tid,
				sizeof(t->tid));
	if (flags & CLONE_PARENT_SETTID)
		(void)!user_put(process_current()->space, parent_tid, &t->tid,
				sizeof(t->tid));
}

long
sys_clone(uint64_t flags, vaddr_t stack, vaddr_t parent_tid, vaddr_t child_tid,
	  uint64_t tls)
{
	struct thread *t;

	flags = (uint32_t)flags;
	if (!flags_ok(flags))
		return -EINVAL;
	if ((flags & CLONE_SETTLS) && tls >= USER_END)
		return -EPERM;
	if (flags & CLONE_THREAD)
		t = process_add_thread();
	else
		t = process_fork(flags & CLONE_VM);
	if (!t)
		return -ENOMEM;
	set_up(t, flags, stack, parent_tid, child_tid, tls);
	if (!(flags & CLONE_THREAD))
		t->process->exit_signal = (int)(flags & CSIGNAL);
	if (flags & CLONE_VFORK)
		return start_vforked(t);
	return start(t, !(flags & CLONE_THREAD));
}

long
sys_execve(vaddr_t path, vaddr_t argv, vaddr_t envp)
{
	return exec(path, argv, envp);
}

/* Only this thread, and the process with the last one. */
long
sys_exit(uint64_t status)
{
	struct process *p = process_current();

	if (!p->ending)
		p->exit_status = (int)(status & 0xff) << 8;
	thread_exit();
}

long
sys_exit_group(uint64_t status)
{
	process_exit((int)(status & 0xff) << 8);
}

/* A name for the process, as ps shows it: PR_SET_NAME, PR_GET_NAME. */
long
sys_prctl(uint64_t option, vaddr_t address)
{
	struct process *p = process_current();
	char name[PROCESS_NAME] = {0};
	size_t len;

	switch ((int)option) {
	case PR_SET_NAME:
		len = user_read(p->space, name, address, sizeof(name) - 1);
		if (strnlen(name, len) == len && len < sizeof(name) - 1)
			return -EFAULT;
		string_copy(p->name, name, sizeof(p->name));
		return 0;
	case PR_GET_NAME:
		string_copy(name, p->name, sizeof(name));
		return user_put(p->space, address, name, sizeof(name));
	default:
		return -EINVAL;
	}
}

/* pid 0 means the caller; there is one CPU, and every thread runs on it. */
static int
check_affinity(uint64_t pid, size_t len)
{
	if ((pid_t)pid && !thread_find((pid_t)pid))
		return -ESRCH;
	return len < CPU_SET || len % CPU_SET ? -EINVAL : 0;
}

long
sys_sched_getaffinity(uint64_t pid, size_t len, vaddr_t result)
{
	const uint64_t set = 1;
	int err = check_affinity(pid, len);

	if (err == 0)
		err = user_put(process_current()->space, result, &set, CPU_SET);
	return err < 0 ? err : CPU_SET;
}

long
sys_sched_setaffinity(uint64_t pid, size_t len, vaddr_t from)
{
	uint64_t set = 0;
	int err = check_affinity(pid, max_u64(len, CPU_SET));

	if (err == 0)
		err = user_get(process_current()->space, &set, from,
			       min_u64(len, CPU_SET));
	return err < 0 || set & 1 ? err : -EINVAL;
}

long
sys_sched_yield(void)
{
	sched_yield();
	return 0;
}

long
sys_set_tid_address(vaddr_t address)
{
	thread_current()->clear_tid = address;
	return thread_current()->tid;
}

/* Locks to release when a thread dies: its memory dies with it, so nobody is
 * left to wait for them. */
long
sys_set_robust_list(vaddr_t head, size_t len)
{
	(void)head;
	return len == ROBUST_LIST_SIZE ? 0 : -EINVAL;
}

/* What libraries take as "do without", as on Linux before 4.18; of clone3 they
 * then use clone, which can do all that they want. */
long
sys_rseq(vaddr_t area, uint64_t len, uint64_t flags, uint64_t signature)
{
	(void)area, (void)len, (void)flags, (void)signature;
	return -ENOSYS;
}

/* A non-canonical FS base would fault when it is loaded, in the kernel. */
long
sys_arch_prctl(uint64_t code, vaddr_t address)
{
	struct thread *t = thread_current();

	switch (code) {
	case ARCH_SET_FS:
		if (address >= USER_END)
			return -EPERM;
		thread_set_fs_base(address);
		return 0;
	case ARCH_GET_FS:
		return user_put(t->process->space, address, &t->fs_base,
				sizeof(t->fs_base));
	default:
		return -EINVAL;
	}
}
