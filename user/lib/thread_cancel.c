/*
 * Cancelling a thread: it ends when it next sleeps in the kernel, or is doing so.
 *
 * Calls that may sleep go through __cancel_call, which looks at a flag first;
 * the signal that follows the flag ends a sleep that has begun.
 */
#include "thread.h"

#include <errno.h>
#include <signal.h>
#include <sys/ucontext.h>

enum { SIGCANCEL = 33 }; /* sigfillset leaves it out */

#pragma GCC visibility push(hidden)
extern const char __cancel_from[], __cancel_to[], __cancel_now[];
_Noreturn void __cancel_end(void);
#pragma GCC visibility pop

static bool
may_end(const struct thread *t)
{
	return !t->no_cancel && t->shields == 0;
}

void
__cancel_end(void)
{
	__self()->no_cancel = 1;
	pthread_exit(PTHREAD_CANCELED);
}

long
__sleep_in_kernel(long number, const long *arguments)
{
	static atomic_int never;
	struct thread *t = __self();
	long answer;

	answer = __cancel_call(may_end(t) ? &t->cancelled : &never, number,
			       arguments);
	if (answer == -EINTR)
		pthread_testcancel();
	return answer;
}

static void
wake(int number, siginfo_t *info, void *context)
{
	greg_t *rip = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	(void)number, (void)info;
	if (may_end(__self()) && *rip >= (greg_t)__cancel_from &&
	    *rip < (greg_t)__cancel_to)
		*rip = (greg_t)__cancel_now;
}

int
pthread_cancel(pthread_t thread)
{
	struct sigaction action = {.sa_sigaction = wake,
				   .sa_flags = SA_SIGINFO | SA_RESTART};

	sigaction(SIGCANCEL, &action, NULL);
	((struct thread *)thread)->cancelled = 1;
	return pthread_kill(thread, SIGCANCEL);
}

void
pthread_testcancel(void)
{
	if (__self()->cancelled && may_end(__self()))
		__cancel_end();
}

int
pthread_setcancelstate(int state, int *old)
{
	struct thread *t = __self();

	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
		return EINVAL;
	if (old)
		*old = t->no_cancel;
	t->no_cancel = state;
	return 0;
}

void
__cleanup_push(struct __cleanup *c)
{
	c->next = __self()->cleanup;
	__self()->cleanup = c;
}

void
__cleanup_pop(struct __cleanup *c, int execute)
{
	__self()->cleanup = c->next;
	if (execute)
		c->run(c->argument);
}
