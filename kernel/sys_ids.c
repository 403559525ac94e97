/*
 * System calls about who a process is: numbers, groups, sessions, users.
 */
#include "kernel/errno.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/user.h"

long
sys_getpid(void)
{
	return process_current()->pid;
}

long
sys_gettid(void)
{
	return thread_current()->tid;
}

long
sys_getppid(void)
{
	const struct process *parent = process_current()->parent;

	return parent ? parent->pid : 0;
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

long
sys_setpgid(uint64_t pid, uint64_t group)
{
	struct process *p = named_process(pid), *self = process_current();
	pid_t pgid = (pid_t)group;

	if (pgid == 0)
		pgid = (pid_t)pid ? (pid_t)pid : self->pid;
	if (pgid < 0)
		return -EINVAL;
	if (!p || (p != self && p->parent != self))
		return -ESRCH;
	if (p != self && p->sid == self->sid && p->has_execed)
		return -EACCES;
	if (p->sid != self->sid || p->sid == p->pid ||
	    (pgid != p->pid && !process_group_in_session(pgid, self->sid)))
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

/* Every process is root's, by all four of its numbers. */
long
sys_getuid(void)
{
	return 0;
}

/* There is nobody else one could become. */
static long
only_root(uint64_t id)
{
	return id == 0 || id == (uint32_t)-1 ? 0 : -EINVAL;
}

long
sys_setresuid(uint64_t real, uint64_t effective, uint64_t saved)
{
	long err = only_root((uint32_t)(real));

	if (err == 0)
		err = only_root((uint32_t)effective);
	return err < 0 ? err : only_root((uint32_t)saved);
}

/* Three numbers, all root's. */
long
sys_getresuid(vaddr_t real, vaddr_t effective, vaddr_t saved)
{
	struct space *s = process_current()->space;
	const uint32_t root = 0;
	int err = user_put(s, real, &root, sizeof(root));

	if (err == 0)
		err = user_put(s, effective, &root, sizeof(root));
	return err < 0 ? err : user_put(s, saved, &root, sizeof(root));
}

/* No groups beside one's own. */
long
sys_getgroups(uint64_t count, vaddr_t list)
{
	(void)list;
	return (int)count < 0 ? -EINVAL : 0;
}
