/*
 * System calls about signals, but for the two that know the frame.
 */
#include "kernel/errno.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/user.h"

enum {
	SIGSET_SIZE = 8, /* bytes, of a set as the kernel knows it */

	SIG_BLOCK = 0,
	SIG_UNBLOCK = 1,
	SIG_SETMASK = 2,
};

static int
get_set(vaddr_t from, uint64_t size, uint64_t *set)
{
	if (size != SIGSET_SIZE)
		return -EINVAL;
	return user_get(process_current()->space, set, from, sizeof(*set));
}

long
sys_rt_sigaction(uint64_t number, vaddr_t new, vaddr_t old, size_t size)
{
	struct process *p = process_current();
	int signal = (int)number, err = 0;
	struct signal_action was, action;

	if (size != SIGSET_SIZE || signal < 1 || signal > SIGNALS ||
	    (new && (signal_bit(signal) & SIGNALS_SURE)))
		return -EINVAL;
	was = signal_get_action(p, signal);
	if (new)
		err = user_get(p->space, &action, new, sizeof(action));
	if (err == 0 && new) {
		action.mask &= ~SIGNALS_SURE;
		err = signal_set_action(p, signal, &action);
	}
	if (err == 0 && old)
		err = user_put(p->space, old, &was, sizeof(was));
	return err;
}

long
sys_rt_sigprocmask(uint64_t how, vaddr_t new, vaddr_t old, size_t size)
{
	struct thread *t = thread_current();
	uint64_t was = t->blocked, set;
	int err;

	if (size != SIGSET_SIZE)
		return -EINVAL;
	if (new) {
		err = get_set(new, size, &set);
		if (err < 0)
			return err;
		switch ((int)how) {
		case SIG_BLOCK:
			signal_block(was | set);
			break;
		case SIG_UNBLOCK:
			signal_block(was & ~set);
			break;
		case SIG_SETMASK:
			signal_block(set);
			break;
		default:
			return -EINVAL;
		}
	}
	if (old)
		return user_put(t->process->space, old, &was, sizeof(was));
	return 0;
}

long
sys_rt_sigpending(vaddr_t result, size_t size)
{
	uint64_t set = signal_pending() & thread_current()->blocked;

	if (size > SIGSET_SIZE)
		return -EINVAL;
	return user_put(process_current()->space, result, &set, size);
}

/* Sleeps until a handler has run or the thread ends. */
long
sys_pause(void)
{
	while (sched_sleep(TIMEOUT_NEVER) == 0)
		;
	return -EINTR;
}

long
sys_rt_sigsuspend(vaddr_t mask, size_t size)
{
	uint64_t set;
	int err = get_set(mask, size, &set);

	if (err < 0)
		return err;
	signal_block_for_call(set);
	return sys_pause();
}

/* Takes a signal that is blocked, without a handler: sigtimedwait(2). */
long
sys_rt_sigtimedwait(vaddr_t which, vaddr_t result, vaddr_t timeout, size_t size)
{
	struct space *s = process_current()->space;
	struct linux_siginfo info;
	uint64_t set, until;
	int err = get_set(which, size, &set);

	if (err == 0)
		err = time_get_deadline(timeout, &until);
	if (err < 0)
		return err;
	err = signal_await(set & ~SIGNALS_SURE, until, &info);
	if (err > 0 && result && user_put(s, result, &info, sizeof(info)) < 0)
		return -EFAULT;
	return err;
}

/* To a process, a group, or all but process 1 and the caller: kill(2). Signal 0
 * only asks whether there is somebody. */
static long
send_to_all(pid_t pgid, const struct signal_info *info)
{
	long result = -ESRCH;

	process_each(p)
		if (pgid ? p->pgid == pgid
			 : p != process_init && p != process_current())
			result = signal_send(p, info);
	return result;
}

long
sys_kill(uint64_t which, uint64_t number)
{
	pid_t pid = (pid_t)which;
	int signal = (int)number;
	struct signal_info info = signal_from_user(signal, SI_USER);
	struct process *p;

	if (signal < 0 || signal > SIGNALS)
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid == -1)
		return send_to_all(0, &info);
	if (pid <= 0)
		return send_to_all(pid ? -pid : process_current()->pgid, &info);
	p = process_find(pid);
	return p ? signal_send(p, &info) : -ESRCH;
}

long
sys_tgkill(uint64_t group, uint64_t which, uint64_t number)
{
	int signal = (int)number;
	struct signal_info info = signal_from_user(signal, SI_TKILL);
	struct thread *t;

	if ((pid_t)group <= 0 || (pid_t)which <= 0 || signal < 0 ||
	    signal > SIGNALS)
		return -EINVAL;
	t = thread_find((pid_t)which);
	if (!t || t->process->pid != (pid_t)group)
		return -ESRCH;
	return signal_send_thread(t, &info);
}

long
sys_tkill(uint64_t tid, uint64_t signal)
{
	const struct thread *t = thread_find((pid_t)tid);

	if ((pid_t)tid > 0 && !t)
		return -ESRCH;
	return sys_tgkill(t ? (uint64_t)t->process->pid : 0, tid, signal);
}

/* With a value, sigqueue(3); a program may not pretend to be the kernel. */
long
sys_rt_sigqueueinfo(uint64_t pid, uint64_t number, vaddr_t from)
{
	struct linux_siginfo given;
	struct process *p = process_find((pid_t)pid);
	int signal = (int)number;
	struct signal_info info;
	int err =
		user_get(process_current()->space, &given, from, sizeof(given));

	if (err < 0)
		return err;
	if (given.code >= 0 && p != process_current())
		return -EPERM;
	if (signal < 0 || signal > SIGNALS)
		return -EINVAL;
	if (!p)
		return -ESRCH;
	info = (struct signal_info){
		signal, given.code, {given.field[0], given.field[1]}};
	return signal_send(p, &info);
}

/* SIGALRM, and the next one after the interval. */
static void
ring(struct timeout *timeout)
{
	struct process *p = CONTAINER(timeout, struct process, alarm);
	struct signal_info info = {.signal = SIGALRM, .code = SI_KERNEL};

	signal_send(p, &info);
	if (p->alarm_interval)
		timeout_set(timeout, timer_now() + p->alarm_interval);
}

/* ns from now; 0: never. => how long the one before would still have taken */
static uint64_t
set_alarm(uint64_t ns, uint64_t interval)
{
	struct process *p = process_current();
	uint64_t now = timer_now(), when = p->alarm.when;

	timeout_cancel(&p->alarm);
	p->alarm.expire = ring;
	p->alarm_interval = interval;
	if (ns)
		timeout_set(&p->alarm, now + ns);
	return when > now ? when - now : when != 0;
}

long
sys_alarm(uint64_t seconds)
{
	uint64_t left = set_alarm((uint32_t)seconds * NS_PER_SECOND, 0);

	/* Rounded, but never to 0, which would say that there was none. */
	return (long)max_u64((left + NS_PER_SECOND / 2) / NS_PER_SECOND,
			     left > 0);
}

static struct linux_itimerval
alarm_value(void)
{
	const struct process *p = process_current();
	uint64_t now = timer_now(), when = p->alarm.when;

	return (struct linux_itimerval){
		.interval = time_val(p->alarm_interval),
		.value = time_val(when > now ? when - now : 0),
	};
}

long
sys_getitimer(uint64_t which, vaddr_t result)
{
	struct linux_itimerval value = alarm_value();

	if ((int)which != ITIMER_REAL)
		return -EINVAL;
	return user_put(process_current()->space, result, &value,
			sizeof(value));
}

long
sys_setitimer(uint64_t which, vaddr_t new, vaddr_t old)
{
	struct space *s = process_current()->space;
	struct linux_itimerval was = alarm_value(), value = {0};
	uint64_t ns, interval;
	int err = 0;

	if ((int)which != ITIMER_REAL)
		return -EINVAL;
	if (new)
		err = user_get(s, &value, new, sizeof(value));
	if (err < 0)
		return err;
	if (!time_from_val(&value.value, &ns) ||
	    !time_from_val(&value.interval, &interval))
		return -EINVAL;
	set_alarm(ns, interval);
	return old ? user_put(s, old, &was, sizeof(was)) : 0;
}
