/*
 * Signals: what may happen to a program between two of its instructions
 * (signal(7)). A signal waits in a queue, its thread's or its process's, until
 * the thread is about to leave the kernel: then it is ignored, stops or ends the
 * process, or makes it run a handler (kernel/signal_frame.c).
 *
 * Numbers, flags and structures are Linux's for x86-64.
 */
#pragma once

#include "kernel/list.h"
#include "kernel/types.h"

struct process;
struct thread;
struct trap_frame;

#define SIGNAL(number, name, effect) name = number,
enum {
#include "kernel/signal.def"
	SIGNAL_REALTIME = 32, /* from here on each one sent is kept */
	SIGNALS = 64,
};
#undef SIGNAL

/* Why it was sent: si_code of sigaction(2). */
enum {
	SI_USER = 0,
	SI_KERNEL = 0x80,
	SI_TKILL = -6,
	ILL_ILLOPN = 2,
	FPE_INTDIV = 1,
	FPE_FLTINV = 7,
	SEGV_MAPERR = 1,
	SEGV_ACCERR = 2,
	BUS_ADRALN = 1,
	BUS_ADRERR = 2,
	TRAP_TRACE = 2,
	CLD_EXITED = 1,
	CLD_KILLED = 2,
	CLD_STOPPED = 5,
	CLD_CONTINUED = 6,
};

enum {
	SA_NOCLDSTOP = 1,
	SA_NOCLDWAIT = 2,
	SA_SIGINFO = 4,
};
#define SA_ONSTACK   0x08000000u
#define SA_RESTORER  0x04000000u
#define SA_RESTART   0x10000000u
#define SA_NODEFER   0x40000000u
#define SA_RESETHAND 0x80000000u

#define SIG_DFL 0ul
#define SIG_IGN 1ul

/* What a program asks to be done, sigaction(2). */
struct signal_action {
	vaddr_t handler;  /* or SIG_DFL, SIG_IGN */
	uint64_t flags;	  /* SA_* */
	vaddr_t restorer; /* where the handler returns to: calls sigreturn */
	uint64_t mask;	  /* signals blocked while the handler runs */
};

/* siginfo_t, of which 16 bytes say all that we have to. */
struct signal_info {
	int32_t signal;
	int32_t code;	   /* SI_* and the like */
	uint64_t field[2]; /* fault: address; else pid | uid << 32, and the
			      status or value */
};

/* siginfo_t as programs get it. */
struct linux_siginfo {
	int32_t signal, error, code, padding;
	uint64_t field[14];
};

static inline struct linux_siginfo
signal_siginfo(const struct signal_info *info)
{
	return (struct linux_siginfo){
		.signal = info->signal,
		.code = info->code,
		.field = {info->field[0], info->field[1]},
	};
}

/* Signals on their way. */
struct signals {
	uint64_t pending;  /* bit n - 1: signal n waits */
	struct list queue; /* what is known about them, oldest first */
};

/* sigaltstack(2) */
struct signal_stack {
	vaddr_t start;
	int32_t flags; /* SS_* */
	int32_t padding;
	uint64_t size; /* 0: there is none */
};

enum {
	SS_ONSTACK = 1,
	SS_DISABLE = 2,
	SIGNAL_STACK_MIN = 2048,
};

static inline uint64_t
signal_bit(int signal)
{
	return 1ul << (signal - 1);
}

/* Signals that nobody can block or catch. */
#define SIGNALS_SURE (1ul << (SIGKILL - 1) | 1ul << (SIGSTOP - 1))

enum signal_effect {
	SIGNAL_TERMINATE, /* what a number has if nothing is said about it */
	SIGNAL_IGNORE,
	SIGNAL_STOP,
	SIGNAL_CATCH, /* a handler runs */
};

/* "SIGSEGV", or "signal". */
const char *signal_name(int signal);
/* What the current process sent itself or another by kill(2). */
struct signal_info signal_from_user(int signal, int code);

void signals_init(struct signals *s);
/* Forgets all. */
void signals_free(struct signals *s);

/* Sends to p, for whichever of its threads takes it; or to t alone. Signal 0 is
 * none. => -EAGAIN: no memory to queue a real-time signal */
int signal_send(struct process *p, const struct signal_info *info);
int signal_send_thread(struct thread *t, const struct signal_info *info);
/* To all of a group. */
void signal_send_group(pid_t pgid, int signal);
/* The current thread has earned it by what it did: it cannot be ignored. */
void signal_force(const struct signal_info *info);
/* Whether a handler of the current thread would run for it. */
bool signal_is_caught(int signal);

/* What the signal would do to p, unless it is blocked. */
enum signal_effect signal_effect(const struct process *p, int signal);
/* What p asked to be done about it. => zeros: nothing */
struct signal_action signal_get_action(const struct process *p, int signal);
/* => -ENOMEM */
int signal_set_action(struct process *p, int signal,
		      const struct signal_action *action) MUST_CHECK;
/* The child does as p does. => -ENOMEM */
int signal_fork_actions(struct process *child,
			const struct process *p) MUST_CHECK;
void signal_free_actions(struct process *p);
/* A new program knows none of the old one's handlers. */
void signal_reset_handlers(struct process *p);

/* Stops the current thread while its process is stopped, and drops what has no
 * effect. => whether a handler has to run, or the thread to end */
bool signal_due(void);
/* Changes what the current thread blocks, or only until its system call has
 * ended and a handler has run: for sigsuspend, ppoll, pselect. */
void signal_block(uint64_t mask);
void signal_block_for_call(uint64_t mask);
/* Signals waiting for the current thread, blocked ones too. */
uint64_t signal_pending(void);

/* Takes a signal of a set, blocked or not, without running a handler; sleeps
 * until there is one or until a time. => its number; -EAGAIN: none came;
 * -EINTR: another one did */
int signal_await(uint64_t set, uint64_t until, struct linux_siginfo *info);

/* Before the current thread leaves the kernel, if it needs attention: does what
 * the signals ask. The frame then runs a handler, or a call again that was
 * interrupted. */
void signal_deliver(struct trap_frame *f);
/* The frame becomes one that runs a handler. */
void signal_push_frame(struct trap_frame *f, const struct signal_action *action,
		       const struct signal_info *info, uint64_t old_blocked);
