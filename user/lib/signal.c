/*
 * Signals: sending, blocking, waiting, and what to do about them.
 *
 * The kernel enters a handler as if it had been called from sa_restorer
 * (sigreturn.asm), so that is where it returns to.
 */
#include <signal.h>

#include <errno.h>
#include <setjmp.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "libc.h"

enum {
	SA_RESTORER = 0x04000000,
	SET_SIZE = sizeof(sigset_t), /* the kernel wants to hear it */
};

/* struct sigaction as the kernel has it. */
struct kernel_action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	sigset_t mask;
};

extern void __sigreturn(void) __attribute__((visibility("hidden")));

int
sigaction(int signal, const struct sigaction *restrict action,
	  struct sigaction *restrict old)
{
	struct kernel_action new, before;

	if (action) {
		new.handler = action->sa_handler;
		new.flags = (unsigned)action->sa_flags | SA_RESTORER;
		new.restorer = __sigreturn;
		new.mask = action->sa_mask;
	}
	if (call(SYS_rt_sigaction, signal, action ? &new : NULL,
		 old ? &before : NULL, SET_SIZE) < 0)
		return -1;
	if (old) {
		old->sa_handler = before.handler;
		old->sa_flags = (int)before.flags & ~SA_RESTORER;
		old->sa_mask = before.mask;
	}
	return 0;
}

/* BSD's meaning, as everywhere: the handler stays, calls go on after it. */
void (*signal(int signal, void (*handler)(int)))(int)
{
	struct sigaction old,
		new = {.sa_handler = handler, .sa_flags = SA_RESTART};

	return sigaction(signal, &new, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int
sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	return call(SYS_rt_sigprocmask, how, set, old, SET_SIZE);
}

/* => the error number itself */
int
pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	return (int)-kernel(SYS_rt_sigprocmask, how, set, old, SET_SIZE);
}

int
sigpending(sigset_t *set)
{
	return call(SYS_rt_sigpending, set, SET_SIZE);
}

int
sigsuspend(const sigset_t *mask)
{
	return call_sleep(SYS_rt_sigsuspend, mask, SET_SIZE);
}

int
sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
	     const struct timespec *restrict timeout)
{
	return call_sleep(SYS_rt_sigtimedwait, set, info, timeout, SET_SIZE);
}

int
sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
	return sigtimedwait(set, info, NULL);
}

/* => the error number itself */
int
sigwait(const sigset_t *restrict set, int *restrict signal)
{
	int number;

	do
		number = sigtimedwait(set, NULL, NULL);
	while (number < 0 && errno == EINTR);
	if (number < 0)
		return errno;
	*signal = number;
	return 0;
}

int
sigqueue(pid_t pid, int signal, const union sigval value)
{
	siginfo_t info = {.si_signo = signal, .si_code = SI_QUEUE};

	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value = value;
	return call(SYS_rt_sigqueueinfo, pid, signal, &info);
}

int
sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
	return call(SYS_sigaltstack, stack, old);
}

int
sigemptyset(sigset_t *set)
{
	set->bits = 0;
	return 0;
}

int
sigfillset(sigset_t *set)
{
	set->bits = ~(3UL << 31); /* without 32 and 33: see thread_cancel.c */
	return 0;
}

/* => the signal's bit, or 0 and EINVAL */
static unsigned long
bit(int signal)
{
	if (signal > 0 && signal < NSIG)
		return 1UL << (signal - 1);
	errno = EINVAL;
	return 0;
}

int
sigaddset(sigset_t *set, int signal)
{
	set->bits |= bit(signal);
	return bit(signal) ? 0 : -1;
}

int
sigdelset(sigset_t *set, int signal)
{
	set->bits &= ~bit(signal);
	return bit(signal) ? 0 : -1;
}

int
sigismember(const sigset_t *set, int signal)
{
	return bit(signal) ? (set->bits & bit(signal)) != 0 : -1;
}

int
kill(pid_t pid, int signal)
{
	return call(SYS_kill, pid, signal);
}

int
killpg(pid_t group, int signal)
{
	if (group < 0) {
		errno = EINVAL;
		return -1;
	}
	return kill(-group, signal);
}

int
tgkill(pid_t group, pid_t thread, int signal)
{
	return call(SYS_tgkill, group, thread, signal);
}

int
raise(int signal)
{
	return tgkill(getpid(), gettid(), signal);
}

int
pause(void)
{
	return call_sleep(SYS_pause, 0);
}

unsigned
alarm(unsigned seconds)
{
	return (unsigned)kernel(SYS_alarm, seconds);
}

int
getitimer(int which, struct itimerval *value)
{
	return call(SYS_getitimer, which, value);
}

int
setitimer(int which, const struct itimerval *restrict value,
	  struct itimerval *restrict old)
{
	return call(SYS_setitimer, which, value, old);
}

/* The two words after a jmp_buf's eight: whether the mask is kept, and it. */
void
__keep_mask(sigjmp_buf env, int keep)
{
	env[8] = (unsigned long)keep;
	if (keep)
		sigprocmask(SIG_BLOCK, NULL, (sigset_t *)(void *)&env[9]);
}

void
siglongjmp(sigjmp_buf env, int value)
{
	if (env[8])
		sigprocmask(SIG_SETMASK, (sigset_t *)(void *)&env[9], NULL);
	longjmp(env, value);
}
