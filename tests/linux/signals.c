/* Sending, catching, blocking and ignoring signals. */
#include "signals.h"

static volatile sig_atomic_t code, sender_ok;

static void
catch_info(int signal, siginfo_t *info, void *context)
{
	caught = signal;
	code = info->si_code;
	sender_ok = info->si_pid == getpid() && info->si_uid == getuid();
	(void)context;
}

CASE(handler_runs)
{
	on(SIGUSR1, catch, 0);
	show(raise(SIGUSR1));
	show(caught);
	show(kill(getpid(), SIGUSR1));
	show(times);
}

CASE(handler_keeps_registers)
{
	double x = 1.5, y = 2.25;
	long a = 11, b = 22;

	on(SIGUSR1, catch, 0);
	for (int i = 0; i < 100; i++) {
		kill(getpid(), SIGUSR1);
		x += y;
		a += b;
	}
	show(times);
	printf("%g %ld\n", x, a);
}

static volatile double number;

static void
calculate(int signal)
{
	number = 0;
	for (int i = 1; i < 100; i++)
		number += 1.0 / i * signal;
}

CASE(handler_may_calculate)
{
	volatile double sum = 0;

	on(SIGUSR1, calculate, 0);
	for (int i = 0; i < 50; i++) {
		sum += i * 0.5;
		raise(SIGUSR1);
	}
	printf("%g %.6f\n", sum, number);
}

CASE(information_about_the_sender)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};

	act.sa_sigaction = catch_info;
	need(sigaction(SIGUSR2, &act, NULL));
	show(kill(getpid(), SIGUSR2));
	show(caught);
	show(code == SI_USER);
	show(sender_ok);
	show(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2));
	show(code == -6); /* SI_TKILL */
	show(sender_ok);
}

static void
wait_for_signal(void)
{
	sleep_ms(10000);
}

static const int fatal[] = {
	SIGHUP,	 SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
	SIGFPE,	 SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM,
	SIGTERM, SIGXCPU, SIGSYS,  SIGPROF, SIGIO,   34,      64};

CASE(default_actions_that_kill)
{
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
		pid_t pid = start(wait_for_signal);

		need(kill(pid, fatal[i]));
		finish(pid);
	}
}

static void
signal_oneself(void)
{
	static const int harmless[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		show(kill(getpid(), harmless[i]));
}

CASE(default_actions_that_do_nothing)
{
	finish(start(signal_oneself));
}

CASE(action_errors)
{
	struct sigaction act = {.sa_handler = catch};

	show(sigaction(0, &act, NULL));
	show(sigaction(65, &act, NULL));
	show(sigaction(-1, &act, NULL));
	show(sigaction(SIGKILL, &act, NULL));
	show(sigaction(SIGSTOP, &act, NULL));
	show(sigaction(SIGKILL, NULL, &act));
	show(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8));
	show(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
	show(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
}

CASE(old_action_is_told)
{
	struct sigaction act = {.sa_handler = catch, .sa_flags = SA_RESTART};
	struct sigaction old;

	sigaddset(&act.sa_mask, SIGUSR2);
	need(sigaction(SIGUSR1, NULL, &old));
	show(old.sa_handler == SIG_DFL);
	need(sigaction(SIGUSR1, &act, &old));
	show(old.sa_handler == SIG_DFL);
	need(sigaction(SIGUSR1, NULL, &old));
	show(old.sa_handler == catch);
	show((old.sa_flags & SA_RESTART) != 0);
	show(sigismember(&old.sa_mask, SIGUSR2));
}

CASE(kill_errors)
{
	show(kill(getpid(), 0));
	show(kill(getpid(), -1));
	show(kill(getpid(), 65));
	show(kill(999999, SIGUSR1));
	show(kill(-999999, SIGUSR1));
	show(kill(INT_MIN, SIGUSR1));
	show(kill(0, 0));
	show(syscall(SYS_tgkill, getpid(), 999999, SIGUSR1));
	show(syscall(SYS_tgkill, -1, getpid(), SIGUSR1));
	show(syscall(SYS_tgkill, getpid(), -1, SIGUSR1));
	show(syscall(SYS_tgkill, getpid(), getpid(), 65));
	show(syscall(SYS_tkill, 999999, SIGUSR1));
	show(syscall(SYS_tkill, 0, SIGUSR1));
}

CASE(blocked_signals_wait)
{
	sigset_t set = set_of(SIGUSR1), pending;

	on(SIGUSR1, catch, 0);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	raise(SIGUSR1);
	show(times);
	need(sigpending(&pending));
	show(sigismember(&pending, SIGUSR1));
	show(sigismember(&pending, SIGUSR2));
	need(sigprocmask(SIG_UNBLOCK, &set, NULL));
	show(times);
	need(sigpending(&pending));
	show(sigismember(&pending, SIGUSR1));
}

CASE(mask_errors)
{
	sigset_t set = set_of(SIGUSR1);

	show(sigprocmask(77, &set, NULL));
	show(sigprocmask(77, NULL, &set));
	show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD, NULL, 8));
	show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, BAD, 8));
	show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 16));
	show(syscall(SYS_rt_sigpending, BAD, 8));
	show(syscall(SYS_rt_sigpending, &set, 16));
	show(syscall(SYS_rt_sigsuspend, BAD, 8));
	show(syscall(SYS_rt_sigsuspend, &set, 4));
}

CASE(kill_and_stop_cannot_be_blocked)
{
	sigset_t set;

	sigfillset(&set);
	need(sigprocmask(SIG_SETMASK, &set, NULL));
	need(sigprocmask(SIG_SETMASK, NULL, &set));
	show(sigismember(&set, SIGKILL));
	show(sigismember(&set, SIGSTOP));
	show(sigismember(&set, SIGTERM));
}

static void
raise_again(int signal)
{
	int depth = ++times;

	caught = signal;
	if (depth < 3)
		raise(signal);
	printf("left depth %d\n", depth);
}

CASE(signal_is_blocked_in_its_handler)
{
	on(SIGUSR1, raise_again, 0);
	raise(SIGUSR1);
	show(times);
}

CASE(unless_nodefer)
{
	on(SIGUSR1, raise_again, SA_NODEFER);
	raise(SIGUSR1);
	show(times);
}

static void
raise_other(int signal)
{
	printf("begin %d\n", signal);
	if (signal == SIGUSR1)
		raise(SIGUSR2);
	printf("end %d\n", signal);
}

CASE(mask_of_the_action)
{
	struct sigaction act = {.sa_handler = raise_other};

	on(SIGUSR2, raise_other, 0);
	need(sigaction(SIGUSR1, &act, NULL));
	raise(SIGUSR1);
	act.sa_mask = set_of(SIGUSR2);
	need(sigaction(SIGUSR1, &act, NULL));
	raise(SIGUSR1);
}

static void
raise_twice(void)
{
	on(SIGUSR1, catch, (int)SA_RESETHAND);
	raise(SIGUSR1);
	show(times);
	raise(SIGUSR1);
}

CASE(action_for_once)
{
	finish(start(raise_twice));
}

CASE(suspend_until_a_signal)
{
	sigset_t set = set_of(SIGUSR1), none;

	sigemptyset(&none);
	on(SIGUSR1, catch, 0);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	show(sigsuspend(&none));
	show(times);
	raise(SIGUSR1);
	show(times); /* the mask is back */
}

static void
signal_parent(void)
{
	until_asleep(getppid());
	kill(getppid(), SIGUSR1);
}

CASE(pause_returns_after_a_handler)
{
	pid_t pid;

	on(SIGUSR1, catch, SA_RESTART);
	pid = start(signal_parent);
	show(pause());
	show(times);
	finish(pid);
}

static int tube[2];

static void
signal_then_write(void)
{
	until_asleep(getppid());
	kill(getppid(), SIGUSR1);
	until_asleep(getppid());
	need(write(tube[1], "x", 1));
}

static void
read_while_signalled(int flags)
{
	pid_t pid;
	char c;

	need(pipe(tube));
	on(SIGUSR1, catch, flags);
	pid = start(signal_then_write);
	show(read(tube[0], &c, 1));
	show(times);
	finish(pid);
}

CASE(read_is_interrupted)
{
	read_while_signalled(0);
}

CASE(read_is_restarted)
{
	read_while_signalled(SA_RESTART);
}

CASE(wait_is_interrupted)
{
	int status;
	pid_t pid;

	need(pipe(tube));
	on(SIGUSR1, catch, 0);
	pid = start(signal_then_write);
	show(waitpid(pid, &status, 0));
	finish(pid);
}

CASE(sleep_is_interrupted)
{
	struct timespec t = {5, 0}, left = {0, 0};
	pid_t pid;

	on(SIGUSR1, catch, SA_RESTART);
	pid = start(signal_parent);
	show(nanosleep(&t, &left));
	show(left.tv_sec);
	finish(pid);
}

CASE(ignored_signal_interrupts_nothing)
{
	pid_t pid;
	char c;

	need(pipe(tube));
	signal(SIGUSR1, SIG_IGN);
	pid = start(signal_then_write);
	show(read(tube[0], &c, 1));
	finish(pid);
}

CASE(child_ends_signal)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};
	sigset_t set = set_of(SIGCHLD);
	pid_t pid;

	act.sa_sigaction = catch_info;
	need(sigaction(SIGCHLD, &act, NULL));
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	pid = fork();
	if (pid == 0)
		_exit(3);
	sigemptyset(&set);
	show(sigsuspend(&set));
	show(caught == SIGCHLD);
	show(code == CLD_EXITED);
	finish(pid);
}

CASE(signals_survive_fork_as_they_should)
{
	sigset_t set = set_of(SIGUSR1), pending;
	pid_t pid;

	on(SIGUSR1, catch, 0);
	need(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	pid = fork();
	if (pid == 0) {
		need(sigpending(&pending));
		show(sigismember(&pending, SIGUSR1));
		need(sigprocmask(SIG_BLOCK, NULL, &set));
		show(sigismember(&set, SIGUSR1));
		raise(SIGUSR1);
		need(sigprocmask(SIG_UNBLOCK, &set, NULL));
		show(times);
		_exit(0);
	}
	finish(pid);
	show(times);
}
