/*
 * System calls about processes: fork, exec, exit, wait, kill, groups.
 */
#include "kernel/cpu.h"
#include "kernel/exec.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/trap.h"
#include "mm/user.h"

enum {
	WNOHANG = 1,
	WAIT_OPTIONS = 0x6000000b, /* WNOHANG WUNTRACED WCONTINUED __W* */

	CSIGNAL = 0xff,
	CLONE_VM = 0x100,
	CLONE_VFORK = 0x4000,
	CLONE_PARENT_SETTID = 0x100000,
	CLONE_CHILD_CLEARTID = 0x200000,
	CLONE_CHILD_SETTID = 0x1000000,

	ROBUST_LIST_SIZE = 24,

	ARCH_SET_FS = 0x1002,
	ARCH_GET_FS = 0x1003,
};

long
sys_fork(void)
{
	struct process *child = process_fork();

	if (!child)
		return -ENOMEM;
	sched_ready(child);
	return child->pid;
}

/* The child may not run before the parent says so, and the parent not until the
 * child has left for another program or died. */
static long
start_vforked(struct process *child)
{
	pid_t pid = child->pid;

	child->vforked = true;
	sched_ready(child);
	while (child->vforked)
		if (wait_sleep(&child->vfork_done) < 0)
			break; /* killed: nobody waits any more */
	return pid;
}

/* The child gets a copy-on-write space of its own: for what may be done between
 * vfork and exec that is the same. */
long
sys_vfork(void)
{
	struct process *child = process_fork();

	return child ? start_vforked(child) : -ENOMEM;
}

/* The flags that callers with fork or vfork in mind use; threads come later. */
long
sys_clone(uint64_t flags, vaddr_t stack, vaddr_t parent_tid, vaddr_t child_tid,
	  uint64_t tls)
{
	const uint64_t known = CSIGNAL | CLONE_VFORK | CLONE_PARENT_SETTID |
			       CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID;
	struct process *child;
	int err = 0;

	(void)tls;
	if (flags & CLONE_VFORK)
		flags &= ~(uint64_t)CLONE_VM;
	if ((flags & ~known) || (flags & CSIGNAL) != SIGCHLD)
		return -EINVAL;
	child = process_fork();
	if (!child)
		return -ENOMEM;
	if (stack)
		child->frame->rsp = stack;
	if (flags & CLONE_CHILD_SETTID)
		err = user_put(child->space, child_tid, &child->pid,
			       sizeof(child->pid));
	if (err == 0 && (flags & CLONE_PARENT_SETTID))
		err = user_put(process_current()->space, parent_tid,
			       &child->pid, sizeof(child->pid));
	(void)err; /* as on Linux: the child runs all the same */
	if (flags & CLONE_VFORK)
		return start_vforked(child);
	sched_ready(child);
	return child->pid;
}

long
sys_execve(vaddr_t path, vaddr_t argv, vaddr_t envp)
{
	return exec(path, argv, envp);
}

long
sys_exit(uint64_t status)
{
	process_exit((int)(status & 0xff) << 8);
}

long
sys_exit_group(uint64_t status)
{
	process_exit((int)(status & 0xff) << 8);
}

/* Whether a child is one that wait4(pid) means (wait4(2)). */
static bool
meant(const struct process *child, pid_t pid)
{
	if (pid == -1)
		return true;
	if (pid > 0)
		return child->pid == pid;
	return child->pgid == (pid ? -pid : process_current()->pgid);
}

static struct process *
find_child(struct list *children, pid_t pid)
{
	list_each(link, children) {
		struct process *p = CONTAINER(link, struct process, sibling);

		if (meant(p, pid))
			return p;
	}
	return NULL;
}

/* Reports a zombie and buries it. Bad pointers leave it as it is. */
static long
collect(struct process *zombie, vaddr_t status, vaddr_t rusage)
{
	struct space *s = process_current()->space;
	struct linux_rusage usage = {
		.user = time_val(zombie->cpu_ns),
		.minor_faults = (int64_t)zombie->faults,
	};
	pid_t pid = zombie->pid;
	int err = 0;

	if (status)
		err = user_put(s, status, &zombie->exit_status,
			       sizeof(zombie->exit_status));
	if (err == 0 && rusage)
		err = user_put(s, rusage, &usage, sizeof(usage));
	if (err < 0)
		return err;
	process_reap(zombie);
	return pid;
}

long
sys_wait4(uint64_t which, vaddr_t status, uint64_t options, vaddr_t rusage)
{
	struct process *p = process_current(), *zombie;
	pid_t pid = (pid_t)which;

	if ((uint32_t)options & ~(uint32_t)WAIT_OPTIONS)
		return -EINVAL;
	while (!(zombie = find_child(&p->zombies, pid))) {
		if (!find_child(&p->children, pid))
			return -ECHILD;
		if (options & WNOHANG)
			return 0;
		if (wait_sleep(&p->child_event) < 0)
			return -EINTR;
	}
	return collect(zombie, status, rusage);
}

/* Signal 0 only asks whether there is somebody. Process 1 cannot be killed. */
static long
send_signal(struct process *p, int signal)
{
	if (signal == 0 || p->pid == 1)
		return 0;
	switch (signal_default(signal)) {
	case SIGNAL_TERMINATE:
		process_kill(p, signal);
		return 0;
	case SIGNAL_IGNORE:
		return 0;
	default:
		return -ENOSYS; /* stopping comes with signal handlers */
	}
}

static long
send_to_all(pid_t pgid, int signal)
{
	struct process *p = process_at_or_after(2);
	long result = -ESRCH;

	for (; p; p = process_at_or_after(p->pid + 1)) {
		bool meant = pgid ? p->pgid == pgid : p != process_current();

		if (meant)
			result = send_signal(p, signal);
	}
	return result;
}

long
sys_kill(uint64_t which, uint64_t signal)
{
	pid_t pid = (pid_t)which;
	int sig = (int)signal;
	struct process *p;

	if (sig < 0 || sig > SIGNALS)
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid <= 0)
		return send_to_all(pid == 0    ? process_current()->pgid
				   : pid == -1 ? 0
					       : -pid,
				   sig);
	p = process_find(pid);
	return p ? send_signal(p, sig) : -ESRCH;
}

long
sys_getpid(void)
{
	return process_current()->pid;
}

long
sys_gettid(void)
{
	return process_current()->pid;
}

long
sys_getppid(void)
{
	const struct process *parent = process_current()->parent;

	return parent ? parent->pid : 0;
}

long
sys_getpgrp(void)
{
	return process_current()->pgid;
}

/* pid 0 means the caller. */
static struct process *
named_process(uint64_t pid)
{
	return (pid_t)pid ? process_find((pid_t)pid) : process_current();
}

long
sys_getpgid(uint64_t pid)
{
	const struct process *p = named_process(pid);

	return p ? p->pgid : -ESRCH;
}

long
sys_getsid(uint64_t pid)
{
	const struct process *p = named_process(pid);

	return p ? p->sid : -ESRCH;
}

static bool
group_in_session(pid_t pgid, pid_t sid)
{
	struct process *p = process_at_or_after(1);

	for (; p; p = process_at_or_after(p->pid + 1))
		if (p->pgid == pgid && p->sid == sid)
			return true;
	return false;
}

long
sys_setpgid(uint64_t pid, uint64_t group)
{
	struct process *p = named_process(pid), *self = process_current();
	pid_t pgid = (pid_t)group;

	if (pgid < 0)
		return -EINVAL;
	if (!p || (p != self && p->parent != self))
		return -ESRCH;
	if (pgid == 0)
		pgid = p->pid;
	if (p->sid != self->sid || p->sid == p->pid ||
	    (pgid != p->pid && !group_in_session(pgid, self->sid)))
		return -EPERM;
	p->pgid = pgid;
	return 0;
}

long
sys_setsid(void)
{
	struct process *p = process_current();

	if (p->pgid == p->pid)
		return -EPERM;
	p->pgid = p->sid = p->pid;
	return p->pid;
}

long
sys_sched_yield(void)
{
	sched_yield();
	return 0;
}

/* Where a thread's end would be told: there are no threads to join yet. */
long
sys_set_tid_address(vaddr_t address)
{
	(void)address;
	return process_current()->pid;
}

/* Locks to release when a thread dies: its memory dies with it, so nobody is
 * left to wait for them. */
long
sys_set_robust_list(vaddr_t head, size_t len)
{
	(void)head;
	return len == ROBUST_LIST_SIZE ? 0 : -EINVAL;
}

/* What libraries take as "do without", as on Linux before 4.18. */
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
	struct process *p = process_current();

	switch (code) {
	case ARCH_SET_FS:
		if (address >> 47)
			return -EPERM;
		p->fs_base = address;
		cpu_write_msr(MSR_FS_BASE, address);
		return 0;
	case ARCH_GET_FS:
		return user_put(p->space, address, &p->fs_base,
				sizeof(p->fs_base));
	default:
		return -EINVAL;
	}
}

long
sys_getuid(void)
{
	return 0;
}

long
sys_geteuid(void)
{
	return 0;
}

long
sys_getgid(void)
{
	return 0;
}

long
sys_getegid(void)
{
	return 0;
}
