/*
 * Signals: sending, waiting, deciding.
 *
 * Owns: the queues of signals.
 * Invariants:
 *	a bit of `pending` is set if the queue has an entry of that signal; one
 *	without an entry is a signal that found no memory for its details
 *	SIGKILL never waits: it ends its process at once
 */
#include "kernel/signal.h"

#include "kernel/errno.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "kernel/trap.h"
#include "mm/heap.h"

struct pending {
	struct list link; /* in struct signals.queue */
	struct signal_info info;
};

static const uint64_t stops = 1ul << (SIGSTOP - 1) | 1ul << (SIGTSTP - 1) |
			      1ul << (SIGTTIN - 1) | 1ul << (SIGTTOU - 1);

struct signal_info
signal_from_user(int signal, int code)
{
	return (struct signal_info){
		.signal = signal,
		.code = code,
		.field = {(uint32_t)process_current()->pid},
	};
}

bool
signal_is_caught(int signal)
{
	return signal_effect(process_current(), signal) == SIGNAL_CATCH &&
	       !(thread_current()->blocked & signal_bit(signal));
}

void
signals_init(struct signals *s)
{
	s->pending = 0;
	list_init(&s->queue);
}

/* Forgets the signals of a set. */
static void
discard(struct signals *s, uint64_t set)
{
	s->pending &= ~set;
	list_each_safe(link, &s->queue) {
		struct pending *entry = CONTAINER(link, struct pending, link);

		if (!(set & signal_bit(entry->info.signal)))
			continue;
		list_remove(link);
		heap_free(entry);
	}
}

void
signals_free(struct signals *s)
{
	discard(s, UINT64_MAX);
}

static int
put(struct signals *s, const struct signal_info *info)
{
	uint64_t bit = signal_bit(info->signal);
	bool realtime = info->signal >= SIGNAL_REALTIME;
	struct pending *entry;

	if ((s->pending & bit) && !realtime)
		return 0; /* one of it is enough */
	entry = heap_alloc(sizeof(*entry));
	if (!entry && realtime)
		return -EAGAIN;
	s->pending |= bit;
	if (entry) {
		entry->info = *info;
		list_append(&s->queue, &entry->link);
	}
	return 0;
}

/* Takes the oldest entry of a signal that is pending. */
static struct signal_info
take(struct signals *s, int signal)
{
	struct signal_info info = {.signal = signal};
	struct pending *found = NULL;
	bool more = false;

	list_each(link, &s->queue) {
		struct pending *entry = CONTAINER(link, struct pending, link);

		if (entry->info.signal != signal)
			continue;
		more = found;
		if (found)
			break;
		found = entry;
	}
	if (!more)
		s->pending &= ~signal_bit(signal);
	if (found) {
		info = found->info;
		list_remove(&found->link);
		heap_free(found);
	}
	return info;
}

/* Whether nothing would come of it. What is blocked has to wait: its action may
 * still change. */
static bool
ignored(const struct process *p, const struct thread *t, int signal)
{
	return !(t->blocked & signal_bit(signal)) &&
	       signal_effect(p, signal) == SIGNAL_IGNORE;
}

/* A stop and a continue undo each other, even where they are blocked. */
static void
cancel_opposite(struct process *p, int signal)
{
	uint64_t opposite = 0;

	if (signal == SIGCONT)
		opposite = stops;
	else if (stops & signal_bit(signal))
		opposite = signal_bit(SIGCONT);
	if (!opposite)
		return;
	discard(&p->signals, opposite);
	thread_each(t, p)
		discard(&t->signals, opposite);
	if (signal == SIGCONT)
		process_continue(p);
}

/* Whether t has to be woken for a signal. */
static bool
is_taker(const struct thread *t, int signal)
{
	return !(t->blocked & ~t->awaited & signal_bit(signal));
}

/* The thread that a signal for all of them wakes: one that takes it. */
static struct thread *
taker(const struct process *p, int signal)
{
	thread_each(t, p)
		if (is_taker(t, signal))
			return t;
	return thread_next(&p->threads, NULL);
}

static int
send(struct process *p, struct thread *t, struct signals *queue,
     const struct signal_info *info)
{
	int err;

	cancel_opposite(p, info->signal);
	if (ignored(p, t, info->signal))
		return 0;
	if (info->signal == SIGKILL) {
		process_kill(p, SIGKILL);
		return 0;
	}
	err = put(queue, info);
	process_alert(p);
	if (err == 0 && is_taker(t, info->signal))
		sched_wake(t);
	return err;
}

int
signal_send(struct process *p, const struct signal_info *info)
{
	if (info->signal == 0 || list_empty(&p->threads))
		return 0; /* or p is a zombie */
	return send(p, taker(p, info->signal), &p->signals, info);
}

int
signal_send_thread(struct thread *t, const struct signal_info *info)
{
	return info->signal ? send(t->process, t, &t->signals, info) : 0;
}

void
signal_send_group(pid_t pgid, int signal)
{
	struct signal_info info = {.signal = signal, .code = SI_KERNEL};

	process_each(p)
		if (p->pgid == pgid)
			signal_send(p, &info);
}

void
signal_force(const struct signal_info *info)
{
	struct thread *t = thread_current();

	t->attention = true;
	if (signal_is_caught(info->signal) && put(&t->signals, info) == 0)
		return;
	process_kill(t->process, info->signal);
}

uint64_t
signal_pending(void)
{
	return thread_current()->signals.pending |
	       process_current()->signals.pending;
}

/* The lowest signal of a set that waits, and where; or 0. */
static int
next(uint64_t set, struct signals **from)
{
	struct thread *t = thread_current();
	uint64_t own = t->signals.pending & set;
	uint64_t all = t->process->signals.pending & set;

	*from = own ? &t->signals : &t->process->signals;
	if (!own && !all)
		return 0;
	return __builtin_ctzl(own ? own : all) + 1;
}

/* SIGTSTP, SIGTTIN and SIGTTOU stop only where somebody can continue them. */
static void
stop(struct process *p, int signal)
{
	if (signal == SIGSTOP || !process_group_orphaned(p->pgid))
		process_stop(p, signal);
}

bool
signal_due(void)
{
	struct process *p = process_current();

	while (!thread_must_end()) {
		struct signals *from;
		int signal;
		enum signal_effect effect;

		if (p->stopped) {
			(void)!wait_sleep_deaf(&p->continued);
			continue;
		}
		signal = next(~thread_current()->blocked, &from);
		if (!signal)
			return false;
		effect = signal_effect(p, signal);
		if (effect == SIGNAL_CATCH || effect == SIGNAL_TERMINATE)
			return true;
		take(from, signal);
		if (effect == SIGNAL_STOP)
			stop(p, signal);
	}
	return true;
}

int
signal_await(uint64_t set, uint64_t until, struct linux_siginfo *info)
{
	struct thread *t = thread_current();
	struct signals *from;
	int signal, err = 0;

	t->awaited = set;
	while (!(signal = next(set, &from)) && !err && timer_now() < until)
		err = sched_sleep(until);
	t->awaited = 0;
	if (signal) {
		struct signal_info taken = take(from, signal);

		*info = signal_siginfo(&taken);
		return signal;
	}
	return err ? -EINTR : -EAGAIN;
}

void
signal_block(uint64_t mask)
{
	struct thread *t = thread_current();

	t->blocked = mask & ~SIGNALS_SURE;
	t->attention |= (signal_pending() & ~t->blocked) != 0;
}

void
signal_block_for_call(uint64_t mask)
{
	struct thread *t = thread_current();

	t->blocked_after_call = t->blocked;
	t->blocked_for_call = t->attention = true;
	signal_block(mask);
}

/* What was blocked before the call began. */
static uint64_t
end_block_for_call(struct thread *t)
{
	uint64_t old = t->blocked_for_call ? t->blocked_after_call : t->blocked;

	t->blocked_for_call = false;
	return old;
}

/* A call that a signal interrupted has no result yet: it runs again, unless a
 * handler has run meanwhile that does not want this. */
static void
restart_call(struct trap_frame *f, bool again)
{
	if (f->vector != TRAP_SYSCALL || f->rax != (uint64_t)-ERESTART)
		return;
	if (!again) {
		f->rax = (uint64_t)-EINTR;
		return;
	}
	f->rax = f->error; /* its number */
	f->rip -= SYSCALL_LENGTH;
}

static void
run_handler(struct trap_frame *f, const struct signal_info *info)
{
	static const struct signal_action none;
	struct thread *t = thread_current();
	struct signal_action action =
		signal_get_action(t->process, info->signal);
	uint64_t old = end_block_for_call(t);
	uint64_t self = signal_bit(info->signal);

	restart_call(f, action.flags & SA_RESTART);
	signal_block(old | action.mask |
		     (action.flags & SA_NODEFER ? 0 : self));
	if (action.flags & SA_RESETHAND)
		(void)!signal_set_action(t->process, info->signal, &none);
	signal_push_frame(f, &action, info, old);
}

void
signal_deliver(struct trap_frame *f)
{
	struct thread *t = thread_current();

	while (signal_due()) {
		struct signals *from;
		struct signal_info info;
		int signal;

		if (thread_must_end())
			thread_exit();
		signal = next(~t->blocked, &from);
		info = take(from, signal);
		if (signal_effect(t->process, info.signal) == SIGNAL_CATCH)
			run_handler(f, &info);
		else
			process_kill(t->process, info.signal);
	}
	restart_call(f, true);
	t->attention = false;
	signal_block(end_block_for_call(t));
}
