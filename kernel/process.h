/*
 * A process: a space, open files, threads that run in it, and a place in the
 * family.
 *
 * Processes are made by fork only (the first one by process_new_first), live in
 * one tree by number and one family tree, and leave when their parent has waited
 * for them. Nothing but memory limits how many there are.
 */
#pragma once

#include "kernel/current.h"
#include "kernel/limits.h"
#include "kernel/list.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/timeout.h"
#include "kernel/types.h"
#include "mm/tree.h"

struct files;
struct inode;
struct space;
struct thread;

enum {
	PROCESS_NAME = 16,
};

struct process {
	pid_t pid;
	pid_t pgid; /* group, for the terminal and kill */
	pid_t sid;  /* session */
	struct tree_node by_pid;
	struct process *parent;
	struct list children;	       /* of this process, alive */
	struct list zombies;	       /* of this process, dead */
	struct list sibling;	       /* in the parent's children or zombies */
	struct wait_queue child_event; /* wait4 sleeps here */
	int exit_signal; /* what tells the parent of the end, or 0 */
	int exit_status; /* as wait4 reports it */

	struct list threads;	 /* alive; none: this is a zombie */
	struct thread *dead;	 /* the last one that ended, or NULL */
	struct thread *survivor; /* goes on although the others end, or NULL */
	struct wait_queue thread_ended;
	bool ending; /* all threads but the survivor end */

	bool stopped;		     /* threads wait on `continued` */
	bool stop_news;		     /* wait4 has not told of it yet */
	bool continue_news;	     /* the same */
	int stop_signal;	     /* what stopped it */
	struct wait_queue continued; /* until SIGCONT */

	struct vfork *vfork; /* the parent waits until exec or exit; or NULL */

	struct signals signals;		  /* for whichever thread takes them */
	struct signal_action *actions[2]; /* signal_action.c */
	struct timeout alarm;		  /* ITIMER_REAL */
	uint64_t alarm_interval;	  /* ns; 0: it rings once */

	struct space *space;   /* NULL for a zombie */
	struct files *files;   /* open files */
	struct inode *cwd;     /* current directory */
	struct inode *program; /* what it runs */
	uint32_t umask;
	bool has_execed; /* since it was born */
	struct limit limits[LIMIT_KINDS];
	bool unknown_call_said; /* the console has heard of a missing call */
	uint64_t started;	/* ns after boot */
	uint64_t faults;	/* page faults so far */
	uint64_t cpu_ns;	/* time on the CPU of threads that ended */
	uint64_t children_ns;	/* of children waited for, and theirs */
	uint64_t children_faults;
	char name[PROCESS_NAME]; /* of the program */
};

/* A thread that waits for its child by vfork, on that thread's stack: the child
 * may be buried before the thread runs again. */
struct vfork {
	struct wait_queue queue;
	bool over;
};

extern struct process *process_init; /* number 1 */
extern uint64_t process_births;	     /* since boot */

/* => NULL if there is none */
struct process *process_find(pid_t pid);
/* The process with the smallest number >= pid, or NULL. */
struct process *process_at_or_after(pid_t pid);
#define process_each(p)                                     \
	for (struct process *p = process_at_or_after(1); p; \
	     p = process_at_or_after(p->pid + 1))

/* Makes process 1 with an empty space, ready to run `entry` in the kernel and
 * then to leave by its frame. => -ENOMEM */
int process_new_first(void (*entry)(void)) MUST_CHECK;
/* A process with the current one's files and a copy of its memory, or the same
 * memory (vfork), and one thread, which returns 0 from the call its parent is
 * in. => that thread, not yet ready to run; NULL without memory */
struct thread *process_fork(bool share_space) MUST_CHECK;
/* One more thread of the current process, likewise. */
struct thread *process_add_thread(void) MUST_CHECK;
/* Gives the current process a new space, and its only thread from now on the
 * state of a program that starts at entry with this stack. The old space is
 * given back. => -EINTR: it is being ended, nothing has changed */
int process_become(struct space *space, struct inode *program, const char *name,
		   vaddr_t entry, vaddr_t stack) MUST_CHECK;

/* Ends the current process: all its threads. status is as wait4 reports it. */
NORETURN void process_exit(int status);
/* Ends p with this signal: its threads go when they next leave the kernel. */
void process_kill(struct process *p, int signal);
/* All threads of p look what there is to do before they leave the kernel. */
void process_alert(struct process *p);
/* Ends all threads of p but the survivor. */
void process_hurry(struct process *p);
/* The current thread is p's last one, and ends. */
void process_end(struct process *p);
/* The parent of p, made by vfork, need wait no longer. */
void process_release_parent(struct process *p);
/* Frees what is left of a zombie, whose status has been collected. */
void process_reap(struct process *zombie);
/* The same for those whose parents do not want to know. */
void process_reap_unwanted(void);

void process_stop(struct process *p, int signal);
void process_continue(struct process *p);
/* Whether a group has members, in this session; sid 0: in any. */
bool process_group_in_session(pid_t pgid, pid_t sid);
/* Whether no member has a parent in another group of its session: then nobody
 * would continue what is stopped (POSIX, orphaned process group). */
bool process_group_orphaned(pid_t pgid);

/* Memory has run out under the current process: lets one go that is about to end.
 * For process 1, without which nothing goes on, it ends the one that shows most
 * pages. => false if there is none */
bool process_make_room(void);
/* 'R': running or ready, 'S': asleep, 'T': stopped, 'Z': a zombie. */
char process_state(const struct process *p);
/* Time its threads have spent on the CPU, ns. */
uint64_t process_cpu_time(const struct process *p);
