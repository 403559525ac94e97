/* Queued signals, timers, stopping and continuing, the alternate stack. */
#include <sys/mman.h>
#include <sys/time.h>

#include "signals.h"

static volatile sig_atomic_t value;

static void
catch_value(int signal, siginfo_t *info, void *context)
{
	caught = signal;
	times++;
	value = value * 10 + info->si_value.sival_int;
	(void)context;
}

CASE(alarm_interrupts)
{
	on(SIGALRM, catch, 0);
	show(alarm(100));
	show(alarm(1));
	show(pause());
	show(caught == SIGALRM);
	show(alarm(0));
}

static void
be_alarmed(void)
{
	struct itimerval t = {{0, 0}, {0, 20000}};

	need(setitimer(ITIMER_REAL, &t, NULL));
	sleep_ms(5000);
}

CASE(alarm_kills)
{
	finish(start(be_alarmed));
}

CASE(timer_repeats)
{
	struct itimerval t = {{0, 10000}, {0, 10000}}, left;
	struct itimerval off = {{0, 0}, {0, 0}};

	on(SIGALRM, catch, 0);
	need(setitimer(ITIMER_REAL, &t, NULL));
	while (times < 3)
		pause();
	need(setitimer(ITIMER_REAL, &off, &left));
	show(left.it_interval.tv_usec);
	show(left.it_value.tv_usec <= 10000);
	need(getitimer(ITIMER_REAL, &left));
	show(left.it_value.tv_sec + left.it_value.tv_usec);
}

CASE(timer_errors)
{
	struct itimerval t = {{0, 0}, {0, 1000000}};

	show(setitimer(ITIMER_REAL, &t, NULL));
	show(setitimer(77, &t, NULL));
	show(getitimer(77, &t));
	show(syscall(SYS_setitimer, ITIMER_REAL, BAD, NULL));
	show(syscall(SYS_getitimer, ITIMER_REAL, BAD));
	t.it_value.tv_usec = 0;
	t.it_value.tv_sec = -1;
	show(setitimer(ITIMER_REAL, &t, NULL));
}

static void
say_pending(void)
{
	struct itimerval t;

	need(getitimer(ITIMER_REAL, &t));
	show(t.it_value.tv_sec);
}

CASE(timer_is_not_inherited)
{
	alarm(100);
	finish(start(say_pending));
	show(alarm(0) > 0);
}

static void
count_for_ever(void)
{
	while (1)
		pause();
}

CASE(stop_and_continue)
{
	int status;
	pid_t pid = start(count_for_ever);

	show(kill(pid, SIGSTOP));
	show(waitpid(pid, &status, WUNTRACED) == pid);
	show_status(status);
	show(waitpid(pid, &status, WUNTRACED | WNOHANG));
	show(kill(pid, SIGTERM));
	sleep_ms(20);
	show(waitpid(pid, &status, WNOHANG)); /* it waits to be continued */
	show(kill(pid, SIGCONT));
	show(waitpid(pid, &status, WCONTINUED) == pid);
	show(WIFCONTINUED(status) || WIFSIGNALED(status));
	waitpid(pid, &status, 0);
	pid = start(count_for_ever);
	show(kill(pid, SIGSTOP));
	show(waitpid(pid, &status, WUNTRACED) == pid);
	show(kill(pid, SIGKILL));
	finish(pid);
}

CASE(continued_child_is_told)
{
	int status;
	pid_t pid = start(count_for_ever);

	show(kill(pid, SIGSTOP));
	show(waitpid(pid, &status, WUNTRACED) == pid);
	show(kill(pid, SIGCONT));
	show(waitpid(pid, &status, WCONTINUED) == pid);
	show_status(status);
	show(kill(pid, SIGTERM));
	finish(pid);
}

static void
stop_oneself(void)
{
	raise(SIGSTOP);
	_exit(5);
}

CASE(child_stops_itself)
{
	int status;
	siginfo_t info;
	pid_t pid = start(stop_oneself);

	memset(&info, 0, sizeof(info));
	show(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT));
	show(info.si_code == CLD_STOPPED);
	show(info.si_status);
	show(waitpid(pid, &status, WUNTRACED) == pid);
	show_status(status);
	show(kill(pid, SIGCONT));
	finish(pid);
}

CASE(parent_learns_of_stops)
{
	sigset_t set = set_of(SIGCHLD), none;
	pid_t pid;

	sigemptyset(&none);
	on(SIGCHLD, catch, 0);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	pid = start(count_for_ever);
	kill(pid, SIGSTOP);
	show(sigsuspend(&none));
	show(times);
	on(SIGCHLD, catch, SA_NOCLDSTOP);
	kill(pid, SIGCONT);
	need(waitpid(pid, NULL, WCONTINUED));
	show(times);
	kill(pid, SIGKILL);
	finish(pid);
}

static volatile char *limit_low, *limit_high;
static volatile int on_stack;

static void
look_at_the_stack(int signal)
{
	volatile char here;
	stack_t now;

	on_stack = &here >= limit_low && &here < limit_high;
	need(sigaltstack(NULL, &now));
	printf("flags %d\n", now.ss_flags);
	caught = signal;
}

CASE(alternate_stack)
{
	stack_t stack = {.ss_size = 65536}, old;

	stack.ss_sp = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	limit_low = stack.ss_sp;
	limit_high = limit_low + 65536;
	need(sigaltstack(NULL, &old));
	show(old.ss_flags);
	show(sigaltstack(&stack, NULL));
	need(sigaltstack(NULL, &old));
	show(old.ss_flags);
	show(old.ss_size);
	on(SIGUSR1, look_at_the_stack, 0);
	raise(SIGUSR1);
	show(on_stack);
	on(SIGUSR1, look_at_the_stack, SA_ONSTACK);
	raise(SIGUSR1);
	show(on_stack);
	stack.ss_flags = SS_DISABLE;
	show(sigaltstack(&stack, NULL));
	raise(SIGUSR1);
	show(on_stack);
}

CASE(alternate_stack_errors)
{
	static char memory[65536];
	stack_t stack = {.ss_sp = memory, .ss_size = 100};

	show(sigaltstack(&stack, NULL));
	stack.ss_size = sizeof(memory);
	stack.ss_flags = 77;
	show(sigaltstack(&stack, NULL));
	show(syscall(SYS_sigaltstack, BAD, NULL));
	show(syscall(SYS_sigaltstack, NULL, BAD));
	show(syscall(SYS_sigaltstack, NULL, NULL));
}

static void
overflow(int n)
{
	volatile char page[PAGE];

	page[0] = (char)n;
	if (n > 0)
		overflow(n - 1);
	page[1] = page[0];
}

static void
end_with_9(int signal)
{
	_exit(signal == SIGSEGV ? 9 : 8);
}

static void
overflow_with_handler(void)
{
	static char memory[65536];
	stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};

	need(sigaltstack(&stack, NULL));
	on(SIGSEGV, end_with_9, SA_ONSTACK);
	overflow(100000);
}

static void
overflow_without_stack(void)
{
	on(SIGSEGV, end_with_9, 0);
	overflow(100000);
}

CASE(stack_overflow_is_caught_on_the_other_stack)
{
	finish(start(overflow_with_handler));
	finish(start(overflow_without_stack));
}

static void
handler_on_real_time(int signal)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};

	act.sa_sigaction = catch_value;
	need(sigaction(signal, &act, NULL));
}

CASE(real_time_signals_queue)
{
	sigset_t set = set_of(SIGRTMIN);

	handler_on_real_time(SIGRTMIN);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	for (int i = 1; i <= 3; i++)
		show(sigqueue(getpid(), SIGRTMIN, (union sigval){i}));
	need(sigprocmask(SIG_UNBLOCK, &set, NULL));
	show(times);
	show(value);
}

CASE(wait_for_a_signal_synchronously)
{
	sigset_t set = set_of(SIGUSR1);
	struct timespec t = {0, 10000000};
	siginfo_t info;

	need(sigprocmask(SIG_BLOCK, &set, NULL));
	show(sigtimedwait(&set, &info, &t));
	raise(SIGUSR1);
	show(sigtimedwait(&set, &info, &t));
	show(info.si_signo);
	raise(SIGUSR1);
	show(sigwaitinfo(&set, NULL));
	t.tv_nsec = -1;
	show(sigtimedwait(&set, &info, &t));
}

static void
ignore_and_sleep(void)
{
	signal(SIGTERM, SIG_IGN);
	sleep_ms(100);
	_exit(6);
}

CASE(ignored_signal_does_not_kill)
{
	pid_t pid = start(ignore_and_sleep);

	until_asleep(pid);
	show(kill(pid, SIGTERM));
	finish(pid);
}

CASE(order_of_delivery)
{
	sigset_t set;

	on(SIGUSR2, catch, 0);
	on(SIGUSR1, catch, 0);
	sigfillset(&set);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR2);
	raise(SIGUSR1);
	need(sigprocmask(SIG_UNBLOCK, &set, NULL));
	show(times);
	show(caught); /* the one whose handler began last */
}
