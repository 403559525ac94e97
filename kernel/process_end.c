/*
 * The end of processes, and their pauses: exit, kill, stop, continue, and who
 * hears of it.
 *
 * Owns: the dead that nobody asks for.
 */
#include "kernel/assert.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "kernel/tty.h"
#include "mm/pt.h"
#include "mm/space.h"

static struct list unwanted = {&unwanted, &unwanted};
static size_t stopped; /* processes that are */

void
process_release_parent(struct process *p)
{
	if (!p->vfork)
		return;
	p->vfork->over = true;
	wait_wake(&p->vfork->queue);
	p->vfork = NULL;
}

/* Gives away what only a living process needs. */
static void
release_resources(struct process *p)
{
	struct space *space = p->space;

	timeout_cancel(&p->alarm);
	files_free(p->files);
	p->files = NULL;
	inode_put(p->cwd);
	inode_stop(p->program);
	p->cwd = p->program = NULL;
	p->space = NULL;
	space_activate(p->parent->space); /* often the next to run */
	space_put(space);
}

static bool
has_stopped(pid_t pgid)
{
	if (stopped > 0)
		process_each(p)
			if (p->pgid == pgid && p->stopped)
				return true;
	return false;
}

/* p and `parent` tied a group to its session, and are no longer parent and child.
 * If nothing else ties it, nobody is left to continue its stopped members: they
 * hear of it (POSIX, _exit). */
static void
untie(const struct process *p, const struct process *parent)
{
	if (p->pgid == parent->pgid || p->sid != parent->sid ||
	    !has_stopped(p->pgid) || !process_group_orphaned(p->pgid))
		return;
	signal_send_group(p->pgid, SIGHUP);
	signal_send_group(p->pgid, SIGCONT);
}

/* Gives a child to process 1, which knows nothing of children that end with
 * another signal than SIGCHLD, or none. */
static struct process *
abandon(struct list *link, struct list *family)
{
	struct process *child = CONTAINER(link, struct process, sibling);

	child->parent = process_init;
	child->exit_signal = SIGCHLD;
	list_remove(link);
	list_append(family, link);
	return child;
}

/* Children go to process 1; the dead among them it will hear of at once. */
static void
abandon_children(struct process *p)
{
	list_each_safe(link, &p->children)
		untie(abandon(link, &process_init->children), p);
	list_each_safe(link, &p->zombies) {
		abandon(link, &process_init->zombies);
		wait_wake(&process_init->child_event);
	}
}

/* A signal, if it is not 0, and wait4 say what has become of p. */
static void
tell_parent(const struct process *p, int signal, int code, int status)
{
	struct signal_info info = {
		.signal = signal,
		.code = code,
		.field = {(uint32_t)p->pid, (uint32_t)status},
	};

	signal_send(p->parent, &info);
	wait_wake(&p->parent->child_event);
}

/* Whether the parent may ask for the status: it has not ignored SIGCHLD
 * (sigaction(2)). */
static bool
is_wanted(const struct process *p)
{
	struct signal_action action = signal_get_action(p->parent, SIGCHLD);

	return p->exit_signal != SIGCHLD ||
	       (action.handler != SIG_IGN && !(action.flags & SA_NOCLDWAIT));
}

void
process_end(struct process *p)
{
	bool killed = p->exit_status & 0x7f, wanted;

	EVENT("exit pid=%d status=%x", p->pid, p->exit_status);
	if (p == process_init) {
		print("init ended with status 0x%x\n", p->exit_status);
		shutdown(p->exit_status == 0);
	}
	stopped -= p->stopped;
	p->stopped = false;
	release_resources(p);
	abandon_children(p);
	process_release_parent(p);
	list_remove(&p->sibling);
	wanted = is_wanted(p);
	list_append(wanted ? &p->parent->zombies : &unwanted, &p->sibling);
	tell_parent(p, p->exit_signal, killed ? CLD_KILLED : CLD_EXITED,
		    killed ? p->exit_status : p->exit_status >> 8);
	untie(p, p->parent);
	if (!wanted)
		p->parent = process_init; /* the other may end before it goes */
	if (p->pid == p->sid)
		tty_session_ended(p->sid);
}

/* Its thread's stack may not be freed while that thread stands on it, so this
 * comes a little later. */
void
process_reap_unwanted(void)
{
	list_each_safe(link, &unwanted)
		process_reap(CONTAINER(link, struct process, sibling));
}

void
process_alert(struct process *p)
{
	thread_each(t, p)
		t->attention = true;
}

/* What they wait for is over, or will be continued. */
static void
interrupt_all(struct process *p)
{
	process_alert(p);
	thread_each(t, p)
		sched_wake(t);
}

void
process_hurry(struct process *p)
{
	p->ending = true;
	interrupt_all(p);
}

/* What was first decides the status. */
static void
end_with(struct process *p, int status)
{
	if (p->ending && !p->survivor)
		return;
	p->exit_status = status;
	p->survivor = NULL;
	process_hurry(p);
}

void
process_exit(int status)
{
	end_with(process_current(), status);
	thread_exit();
}

void
process_kill(struct process *p, int signal)
{
	end_with(p, signal);
}

void
process_stop(struct process *p, int signal)
{
	struct signal_action action = signal_get_action(p->parent, SIGCHLD);

	stopped += !p->stopped;
	p->stopped = p->stop_news = true;
	p->continue_news = false;
	p->stop_signal = signal;
	interrupt_all(p);
	tell_parent(p, action.flags & SA_NOCLDSTOP ? 0 : SIGCHLD, CLD_STOPPED,
		    signal);
}

void
process_continue(struct process *p)
{
	struct signal_action action;

	if (!p->stopped) /* process 1, which has no parent, never is */
		return;
	action = signal_get_action(p->parent, SIGCHLD);
	stopped--;
	p->stopped = p->stop_news = false;
	p->continue_news = true;
	wait_wake(&p->continued);
	tell_parent(p, action.flags & SA_NOCLDSTOP ? 0 : SIGCHLD, CLD_CONTINUED,
		    SIGCONT);
}

bool
process_group_in_session(pid_t pgid, pid_t sid)
{
	process_each(p)
		if (p->pgid == pgid && (p->sid == sid || !sid))
			return true;
	return false;
}

bool
process_group_orphaned(pid_t pgid)
{
	process_each(p)
		if (p->pgid == pgid && p->space && p->parent &&
		    p->parent != process_init && p->parent->pgid != pgid &&
		    p->parent->sid == p->sid)
			return false;
	return true;
}

/* Who is to go so that the current process gets memory: whoever goes already;
 * else, if process 1 asks, the largest. */
static struct process *
victim_for(const struct process *asking)
{
	struct process *victim = NULL;
	size_t most = 0, tables;

	process_each(p) {
		size_t pages = p != asking && p->space
				       ? pt_count(p->space->root, &tables)
				       : 0;

		if (pages > 0 && p->ending)
			return p;
		if (pages > most && asking == process_init) {
			victim = p;
			most = pages;
		}
	}
	return victim;
}

bool
process_make_room(void)
{
	struct process *victim = victim_for(process_current());

	if (!victim)
		return false;
	if (!victim->ending) {
		print("%s[%d]: killed, to leave memory for init\n",
		      victim->name, victim->pid);
		process_kill(victim, SIGKILL);
	}
	sched_yield();
	return true;
}
