/* Signals: numbers, sending, catching. ISO C 7.14, POSIX; values are Linux's. */
#pragma once

#include <sys/types.h>
#include <time.h>

#define SIGHUP	  1
#define SIGINT	  2
#define SIGQUIT	  3
#define SIGILL	  4
#define SIGTRAP	  5
#define SIGABRT	  6
#define SIGIOT	  SIGABRT
#define SIGBUS	  7
#define SIGFPE	  8
#define SIGKILL	  9
#define SIGUSR1	  10
#define SIGSEGV	  11
#define SIGUSR2	  12
#define SIGPIPE	  13
#define SIGALRM	  14
#define SIGTERM	  15
#define SIGSTKFLT 16
#define SIGCHLD	  17
#define SIGCONT	  18
#define SIGSTOP	  19
#define SIGTSTP	  20
#define SIGTTIN	  21
#define SIGTTOU	  22
#define SIGURG	  23
#define SIGXCPU	  24
#define SIGXFSZ	  25
#define SIGVTALRM 26
#define SIGPROF	  27
#define SIGWINCH  28
#define SIGIO	  29
#define SIGPOLL	  SIGIO
#define SIGPWR	  30
#define SIGSYS	  31
#define SIGRTMIN  34
#define SIGRTMAX  64
#define NSIG	  65
#define _NSIG	  NSIG

typedef int sig_atomic_t;
typedef struct {
	unsigned long bits; /* bit n: signal n + 1 */
} sigset_t;

union sigval {
	int sival_int;
	void *sival_ptr;
};

/* Which fields of the union mean something follows from number and code. */
typedef struct {
	int si_signo, si_errno, si_code;
	int __padding;
	union {
		struct {
			pid_t pid;
			uid_t uid;
			union {
				union sigval value;
				struct {
					int status;
					clock_t utime, stime;
				} child;
			};
		} from;
		struct {
			void *addr;
			short lsb;
		} fault;
		struct {
			int timer, overrun;
			union sigval value;
		} timer;
		int all[28];
	} __of;
} siginfo_t;

#define si_pid	  __of.from.pid
#define si_uid	  __of.from.uid
#define si_value  __of.from.value
#define si_int	  si_value.sival_int
#define si_ptr	  si_value.sival_ptr
#define si_status __of.from.child.status
#define si_utime  __of.from.child.utime
#define si_stime  __of.from.child.stime
#define si_addr	  __of.fault.addr

/* si_code: who sent it, or what happened */
#define SI_USER	      0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_TKILL      (-6)
#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define ILL_ILLADR    3
#define ILL_ILLTRP    4
#define ILL_PRVOPC    5
#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTDIV    3
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

#define SIG_ERR ((void (*)(int)) - 1)
#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)

struct sigaction {
	union {
		void (*sa_handler)(int);
		void (*sa_sigaction)(int, siginfo_t *, void *);
	};
	sigset_t sa_mask; /* blocked too while it runs */
	int sa_flags;
	void (*sa_restorer)(void); /* the libc's affair */
};

#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO   4
#define SA_ONSTACK   0x08000000
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_RESETHAND 0x80000000
#define SA_NOMASK    SA_NODEFER
#define SA_ONESHOT   SA_RESETHAND

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

typedef struct {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

#define SS_ONSTACK  1
#define SS_DISABLE  2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ    8192

int kill(pid_t pid, int signal);
int killpg(pid_t group, int signal);
void psignal(int signal, const char *message);
int pthread_kill(unsigned long thread, int signal);
int pthread_sigmask(int how, const sigset_t *restrict set,
		    sigset_t *restrict old);
int tgkill(pid_t group, pid_t thread, int signal);
int raise(int signal);
int sigaction(int signal, const struct sigaction *restrict action,
	      struct sigaction *restrict old);
int sigaddset(sigset_t *set, int signal);
int sigaltstack(const stack_t *restrict stack, stack_t *restrict old);
int sigdelset(sigset_t *set, int signal);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigismember(const sigset_t *set, int signal);
void (*signal(int signal, void (*handler)(int)))(int);
int sigpending(sigset_t *set);
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigqueue(pid_t pid, int signal, const union sigval value);
int sigsuspend(const sigset_t *mask);
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
		 const struct timespec *restrict timeout);
int sigwait(const sigset_t *restrict set, int *restrict signal);
int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info);

#include <sys/ucontext.h>
