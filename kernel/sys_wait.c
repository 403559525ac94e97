/*
 * System calls that wait for children, wait4(2) and waitid(2), and that tell what
 * processes have used, getrusage(2) and times(2).
 */
#include "kernel/errno.h"
#include "kernel/process.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/user.h"

enum {
	WNOHANG = 1,
	WSTOPPED = 2, /* wait4 calls it WUNTRACED */
	WEXITED = 4,
	WCONTINUED = 8,
	WNOWAIT = 0x1000000,
	WNOTHREAD = 0x20000000,
	WALL = 0x40000000,
	WCLONE = 0x80000000 - 0x100000000, /* bit 31 of an int */

	RUSAGE_SELF = 0,
	RUSAGE_CHILDREN = -1,
	RUSAGE_THREAD = 1,

	P_ALL = 0,
	P_PID = 1,
	P_PGID = 2,
};

/* Which children are meant. */
struct wanted {
	int type;    /* P_* */
	pid_t id;    /* of a process or group */
	int options; /* W* */
};

/* What there is to tell about a child. */
struct news {
	struct process *child; /* NULL: nothing yet */
	int status;	       /* as wait4 encodes it */
	int code, value;       /* as siginfo_t does */
};

static bool
is_meant(const struct process *child, const struct wanted *w)
{
	bool clone = child->exit_signal != SIGCHLD;

	if (!(w->options & WALL) && clone != ((w->options & WCLONE) != 0))
		return false;
	return w->type == P_ALL ||
	       (w->type == P_PID ? child->pid : child->pgid) == w->id;
}

static struct news
news_of(struct process *child, int options)
{
	if (list_empty(&child->threads) && (options & WEXITED)) {
		int signal = child->exit_status & 0x7f;

		return (struct news){child, child->exit_status,
				     signal ? CLD_KILLED : CLD_EXITED,
				     signal ? signal : child->exit_status >> 8};
	}
	if (child->stop_news && (options & WSTOPPED))
		return (struct news){child, child->stop_signal << 8 | 0x7f,
				     CLD_STOPPED, child->stop_signal};
	if (child->continue_news && (options & WCONTINUED))
		return (struct news){child, 0xffff, CLD_CONTINUED, SIGCONT};
	return (struct news){0};
}

/* => whether any child is meant at all */
static bool
look(struct list *children, const struct wanted *w, struct news *news)
{
	bool any = false;

	list_each(link, children) {
		struct process *p = CONTAINER(link, struct process, sibling);

		if (!is_meant(p, w))
			continue;
		any = true;
		*news = news_of(p, w->options);
		if (news->child)
			break;
	}
	return any;
}

/* Waits for news. => 0: there is some, or none and WNOHANG */
static int
await(const struct wanted *w, struct news *news)
{
	struct process *p = process_current();

	for (;;) {
		bool any = look(&p->zombies, w, news);
		int err;

		if (!news->child)
			any |= look(&p->children, w, news);
		if (news->child)
			return 0;
		if (!any)
			return -ECHILD;
		if (w->options & WNOHANG)
			return 0;
		err = wait_sleep(&p->child_event);
		if (err < 0)
			return err;
	}
}

/* All time counts as the user's: the kernel does not measure its own. */
static struct linux_rusage
make_usage(uint64_t ns, uint64_t faults)
{
	return (struct linux_rusage){
		.user = time_val(ns),
		.minor_faults = (int64_t)faults,
	};
}

static struct linux_rusage
usage_of(const struct process *p)
{
	return make_usage(process_cpu_time(p) + p->children_ns,
			  p->faults + p->children_faults);
}

/* The news has been told: buries the dead. */
static void
settle(const struct news *news, int options)
{
	struct process *p = news->child, *self = process_current();

	if (options & WNOWAIT)
		return;
	p->stop_news = p->continue_news = false;
	if (!list_empty(&p->threads))
		return;
	self->children_ns += process_cpu_time(p) + p->children_ns;
	self->children_faults += p->faults + p->children_faults;
	process_reap(p);
}

long
sys_wait4(uint64_t which, vaddr_t status, uint64_t options, vaddr_t rusage)
{
	struct process *self = process_current();
	pid_t pid = (pid_t)which;
	struct wanted w;
	struct linux_rusage usage = {0};
	struct news news = {0};
	int err;

	if ((int)options &
	    ~(WNOHANG | WSTOPPED | WCONTINUED | WNOTHREAD | WALL | WCLONE))
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	w = (struct wanted){
		.type = pid == -1 ? P_ALL
			: pid > 0 ? P_PID
				  : P_PGID,
		.id = pid > 0 ? pid
		      : pid   ? -pid
			      : self->pgid,
		.options = (int)options | WEXITED,
	};
	err = await(&w, &news);
	if (err < 0 || !news.child)
		return err;
	pid = news.child->pid;
	if (rusage)
		usage = usage_of(news.child);
	if (status)
		err = user_put(self->space, status, &news.status,
			       sizeof(news.status));
	if (err == 0 && rusage)
		err = user_put(self->space, rusage, &usage, sizeof(usage));
	settle(&news, w.options);
	return err < 0 ? err : pid;
}

/* siginfo_t about a child; all zero if there is no news. */
static int
put_info(vaddr_t to, const struct news *news)
{
	struct {
		int32_t signal, error, code, padding;
		pid_t pid;
		uint32_t uid;
		int32_t status;
	} info = {0};

	if (news->child) {
		info.signal = SIGCHLD;
		info.code = news->code;
		info.pid = news->child->pid;
		info.status = news->value;
	}
	return user_put(process_current()->space, to, &info, sizeof(info));
}

long
sys_waitid(uint64_t type, uint64_t id, vaddr_t info, uint64_t options,
	   vaddr_t rusage)
{
	struct process *self = process_current();
	struct wanted w = {(int)type, (pid_t)id, (int)options};
	struct linux_rusage usage = {0};
	struct news news = {0};
	int err;

	if (w.options & ~(WNOHANG | WSTOPPED | WEXITED | WCONTINUED | WNOWAIT |
			  WNOTHREAD | WALL | WCLONE) ||
	    !(w.options & (WSTOPPED | WEXITED | WCONTINUED)) ||
	    w.type < P_ALL || w.type > P_PGID ||
	    (w.type == P_PID && w.id <= 0) || (w.type == P_PGID && w.id < 0))
		return -EINVAL;
	if (w.type == P_PGID && w.id == 0)
		w.id = self->pgid;
	err = await(&w, &news);
	if (err < 0)
		return err;
	if (news.child)
		usage = usage_of(news.child);
	if (info)
		err = put_info(info, &news);
	if (err == 0 && rusage && news.child)
		err = user_put(self->space, rusage, &usage, sizeof(usage));
	if (news.child)
		settle(&news, w.options);
	return err;
}

long
sys_getrusage(uint64_t who, vaddr_t result)
{
	struct process *p = process_current();
	struct linux_rusage usage;
	size_t tables;

	switch ((int)who) {
	case RUSAGE_SELF:
		usage = make_usage(process_cpu_time(p), p->faults);
		break;
	case RUSAGE_CHILDREN:
		usage = make_usage(p->children_ns, p->children_faults);
		break;
	case RUSAGE_THREAD:
		usage = make_usage(thread_cpu_time(thread_current()),
				   p->faults);
		break;
	default:
		return -EINVAL;
	}
	/* What it shows now, in KiB: nobody remembers the most it ever did. */
	usage.max_rss = (int64_t)(pt_count(p->space->root, &tables) * 4);
	return user_put(p->space, result, &usage, sizeof(usage));
}

/* In ticks of 1/100 s: user and system time, then the children's. */
long
sys_times(vaddr_t result)
{
	const struct process *p = process_current();
	const int64_t ticks[] = {
		(int64_t)(process_cpu_time(p) / NS_PER_TICK),
		0,
		(int64_t)(p->children_ns / NS_PER_TICK),
		0,
	};
	int err = 0;

	if (result)
		err = user_put(p->space, result, ticks, sizeof(ticks));
	return err < 0 ? err : (long)(timer_now() / NS_PER_TICK);
}
