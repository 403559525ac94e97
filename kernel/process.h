/*
 * A process: a space, a kernel stack, a trap frame, open files.
 *
 * Processes are made by fork only (the first one by process_init), live in one
 * tree by number and one family tree, and leave when their parent has waited
 * for them. Nothing but memory limits how many there are.
 */
#pragma once

#include "kernel/list.h"
#include "kernel/sched.h"
#include "kernel/types.h"
#include "mm/tree.h"

struct files;
struct inode;
struct space;
struct trap_frame;

enum process_state {
	PROCESS_READY,	/* running, or in the run queue */
	PROCESS_ASLEEP, /* in a wait queue or waiting for a time */
	PROCESS_ZOMBIE, /* dead, status not yet collected */
};

enum {
	PROCESS_NAME = 16,
	FPU_SIZE = 512, /* FXSAVE area, SDM 1 10.5 */
};

struct process {
	uint8_t fpu[FPU_SIZE] ALIGNED(16);
	pid_t pid;
	pid_t pgid; /* group, for the terminal and kill */
	pid_t sid;  /* session */
	enum process_state state;
	struct tree_node by_pid;
	struct process *parent;
	struct list children;	/* of this process, alive */
	struct list zombies;	/* of this process, dead */
	struct list sibling;	/* in the parent's children or zombies */
	struct list queue;	/* in the run queue or in a wait queue */
	struct tree_node timer; /* in the tree of sleepers by time */
	uint64_t wake_time;	/* monotonic ns, while in that tree */
	bool timed;		/* asleep in that tree, not in a wait queue */
	struct wait_queue child_event; /* wait4 sleeps here */
	bool vforked;		      /* the parent waits until exec or exit, */
	struct wait_queue vfork_done; /* here */
	struct space *space;	      /* NULL for a zombie */
	vaddr_t stack;		      /* kernel stack: its lowest address */
	uint64_t context;	  /* kernel stack pointer while not running */
	struct trap_frame *frame; /* user registers, at the stack's top */
	uint64_t fs_base;	  /* thread pointer, set by arch_prctl */
	int exit_status;	  /* as wait4 reports it */
	int killed;		  /* signal that ends it on its way out, or 0 */
	bool unknown_call_said;	  /* the console has heard of a missing call */
	uint64_t faults;	  /* page faults so far */
	vaddr_t last_fault;	  /* where the last one was, */
	unsigned same_faults;	  /* and how often in a row, no call between */
	uint64_t cpu_ns;       /* time on the CPU, but for the current turn */
	uint64_t run_since;    /* when the current turn began */
	struct files *files;   /* open files */
	struct inode *cwd;     /* current directory */
	struct inode *program; /* what it runs */
	uint32_t umask;
	char name[PROCESS_NAME]; /* of the program */
};

/* The process whose system call or fault this is; NULL while idle or booting. */
struct process *process_current(void);
/* => NULL if there is none */
struct process *process_find(pid_t pid);
/* The process with the smallest number >= pid, or NULL. */
struct process *process_at_or_after(pid_t pid);

/* Makes process 1 with an empty space, ready to run `entry` in the kernel and
 * then to leave by its frame. => -ENOMEM */
int process_new_first(void (*entry)(void)) MUST_CHECK;
/* A copy of the current process; it returns 0 from the call its parent is in.
 * => not yet ready to run; NULL without memory */
struct process *process_fork(void) MUST_CHECK;
/* Gives the current process a new space, and its registers and FPU the state of
 * a program that starts at entry with this stack. The old space is freed. */
void process_become(struct space *space, struct inode *program,
		    const char *name, vaddr_t entry, vaddr_t stack);
/* Ends the current process. status is as wait4 reports it. */
NORETURN void process_exit(int status);
/* Frees what is left of a zombie, whose status has been collected. */
void process_reap(struct process *zombie);
/* Ends p with this signal when it next leaves the kernel; wakes it. */
void process_kill(struct process *p, int signal);
/* The same for every process of a group but process 1. => false if it is empty
 */
bool process_kill_group(pid_t pgid, int signal);
/* Memory has run out under process 1, without which nothing goes on: ends the
 * process that shows most pages, and lets it go. => false if there is none */
bool process_make_room(void);
/* For audit: process tree and families consistent. => defects found */
int process_audit(void);
