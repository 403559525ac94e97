/*
 * What system calls copy out: as many bytes as the structure has, zeros where it
 * means nothing, and never what looks like an address of the kernel. Each call
 * is made on memory of zeros and on memory of ones, again and again: a byte that
 * differs has not been written.
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "attack.h"

enum {
	SIZE = 1024, /* more than any structure */
	TRIES = 6,
	HOLES = 6,
	QUIRE_CALLS = 1000,
};

/* Bytes that mean nothing: written as zeros or not at all. */
struct hole {
	unsigned short start, length;
};

struct answer {
	const char *name;
	long (*ask)(char *to);
	unsigned size;
	struct hole holes[HOLES];
};

static int fds[2], file, directory; /* an empty one */

#define ASK(name, ...)                                   \
	static long ask_##name(char *to)                 \
	{                                                \
		return syscall(SYS_##name, __VA_ARGS__); \
	}
ASK(stat, "/", to)
ASK(lstat, "/", to)
ASK(fstat, file, to)
ASK(newfstatat, -100, "/tmp", to, 0)
ASK(statx, -100, "/tmp", 0, 0x7ff, to)
ASK(statfs, "/tmp", to)
ASK(fstatfs, file, to)
ASK(uname, to)
ASK(sysinfo, to)
ASK(getrusage, 0, to)
ASK(times, to)
ASK(rt_sigaction, SIGUSR1, NULL, to, 8)
ASK(rt_sigprocmask, SIG_BLOCK, NULL, to, 8)
ASK(rt_sigpending, to, 8)
ASK(sigaltstack, NULL, to)
ASK(getitimer, 0, to)
ASK(setitimer, 0, to + 512, to)
ASK(prlimit64, 0, 7, NULL, to)
ASK(getrlimit, 3, to)
ASK(clock_gettime, 1, to)
ASK(clock_getres, 1, to)
ASK(gettimeofday, to, NULL)
ASK(time, to)
ASK(getcwd, to, SIZE)
ASK(readlink, "/proc/self/exe", to, SIZE)
ASK(sched_getaffinity, 0, 8, to)
ASK(getresuid, to, to + 4, to + 8)
ASK(getresgid, to, to + 4, to + 8)
ASK(prctl, 16, to)
ASK(arch_prctl, 0x1003, to)
#undef ASK

static long
ask_setitimer_old(char *to)
{
	memset(to + 512, 0, 32);
	return ask_setitimer(to);
}

static long
ask_pipe(char *to)
{
	long result = syscall(SYS_pipe, to);
	int made[2];

	memcpy(made, to, sizeof(made));
	close(made[0]);
	close(made[1]);
	return result;
}

static int
seven(void *unused)
{
	(void)unused;
	return 7;
}

static long
ask_wait4(char *to)
{
	return syscall(SYS_wait4, start(seven, NULL), to, 0, to + 8);
}

static long
ask_waitid(char *to)
{
	return syscall(SYS_waitid, 1, start(seven, NULL), to, 4, to + 128);
}

static long
ask_waitid_nothing(char *to)
{
	pid_t pid = start((int (*)(void *))(void (*)(void))pause, NULL);
	long result = syscall(SYS_waitid, 1, pid, to, 4 | WNOHANG, NULL);

	stop(pid);
	return result;
}

static long
ask_getdents(char *to)
{
	lseek(directory, 0, SEEK_SET);
	return syscall(SYS_getdents64, directory, to, 40);
}

static long
ask_poll(char *to)
{
	struct pollfd p = {.fd = fds[0], .events = POLLIN};

	memcpy(to, &p, 6);
	return syscall(SYS_poll, to, 1, 0);
}

static long
ask_select(char *to)
{
	memset(to, 0, 8);
	to[0] = (char)(1 << fds[1]);
	return syscall(SYS_select, fds[1] + 1, NULL, to, NULL, to + 512);
}

static long
ask_select_now(char *to)
{
	memset(to + 512, 0, 16);
	return ask_select(to);
}

static long
ask_sigtimedwait(char *to)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	return syscall(SYS_rt_sigtimedwait, &set, to, NULL, 8);
}

static long
ask_sigtimedwait_child(char *to)
{
	sigset_t set;
	long result;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid = start(seven, NULL);
	result = syscall(SYS_rt_sigtimedwait, &set, to, NULL, 8);
	finish(pid);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return result;
}

static long
ask_mincore(char *to)
{
	return syscall(SYS_mincore, code_page(), ATTACK_PAGE, to);
}

static long
ask_sendfile(char *to)
{
	memset(to, 0, 8);
	return syscall(SYS_sendfile, fds[1], file, to, 0);
}

static long
ask_read(char *to)
{
	return pread(file, to, SIZE, 0);
}

static long
ask_pageinfo(char *to)
{
	return syscall(QUIRE_CALLS + 1, 0, code_page(), to);
}

static long
ask_psinfo(char *to)
{
	return syscall(QUIRE_CALLS + 2, 1, to);
}

static long
ask_meminfo(char *to)
{
	return syscall(QUIRE_CALLS + 3, to);
}

/* A size of 0: what the call returned. */
static const struct answer answers[] = {
	{"stat", ask_stat, 144, {{36, 4}, {120, 24}}},
	{"lstat", ask_lstat, 144, {{36, 4}, {120, 24}}},
	{"fstat", ask_fstat, 144, {{36, 4}, {120, 24}}},
	{"newfstatat", ask_newfstatat, 144, {{36, 4}, {120, 24}}},
	{"statx",
	 ask_statx,
	 256,
	 {{30, 2}, {76, 4}, {92, 4}, {108, 4}, {124, 4}, {192, 64}}},
	{"statfs", ask_statfs, 120, {{88, 32}}},
	{"fstatfs", ask_fstatfs, 120, {{88, 32}}},
	{"uname", ask_uname, 390, {{0, 0}}},
	{"sysinfo", ask_sysinfo, 112, {{82, 6}, {108, 4}}},
	{"getrusage", ask_getrusage, 144, {{0, 0}}},
	{"times", ask_times, 32, {{0, 0}}},
	{"rt_sigaction", ask_rt_sigaction, 32, {{0, 0}}},
	{"rt_sigprocmask", ask_rt_sigprocmask, 8, {{0, 0}}},
	{"rt_sigpending", ask_rt_sigpending, 8, {{0, 0}}},
	{"sigaltstack", ask_sigaltstack, 24, {{12, 4}}},
	{"getitimer", ask_getitimer, 32, {{0, 0}}},
	{"setitimer", ask_setitimer_old, 32, {{512, 32}}},
	{"prlimit64", ask_prlimit64, 16, {{0, 0}}},
	{"getrlimit", ask_getrlimit, 16, {{0, 0}}},
	{"clock_gettime", ask_clock_gettime, 16, {{0, 0}}},
	{"clock_getres", ask_clock_getres, 16, {{0, 0}}},
	{"gettimeofday", ask_gettimeofday, 16, {{0, 0}}},
	{"time", ask_time, 8, {{0, 0}}},
	{"getcwd", ask_getcwd, 0, {{0, 0}}},
	{"readlink", ask_readlink, 0, {{0, 0}}},
	{"sched_getaffinity", ask_sched_getaffinity, 0, {{0, 0}}},
	{"getresuid", ask_getresuid, 12, {{0, 0}}},
	{"getresgid", ask_getresgid, 12, {{0, 0}}},
	{"prctl PR_GET_NAME", ask_prctl, 16, {{0, 0}}},
	{"arch_prctl ARCH_GET_FS", ask_arch_prctl, 8, {{0, 0}}},
	{"pipe", ask_pipe, 8, {{0, 0}}},
	{"wait4 and its rusage", ask_wait4, 152, {{4, 4}}},
	{"waitid and its rusage", ask_waitid, 272, {{12, 4}, {28, 100}}},
	{"waitid without news", ask_waitid_nothing, 28, {{12, 4}}},
	{"getdents64", ask_getdents, 0, {{21, 3}}},
	{"poll", ask_poll, 8, {{0, 0}}},
	{"select", ask_select_now, 8, {{512, 16}}},
	{"rt_sigtimedwait", ask_sigtimedwait, 128, {{12, 4}, {24, 104}}},
	{"rt_sigtimedwait of a child",
	 ask_sigtimedwait_child,
	 128,
	 {{12, 4}, {28, 100}}},
	{"mincore", ask_mincore, 1, {{0, 0}}},
	{"sendfile", ask_sendfile, 8, {{0, 0}}},
	{"read", ask_read, 0, {{0, 0}}},
};

static const struct answer quire_answers[] = {
	{"pageinfo", ask_pageinfo, 200, {{91, 1}}},
	{"psinfo", ask_psinfo, 72, {{0, 0}}},
	{"meminfo", ask_meminfo, 72, {{0, 0}}},
};

/* Over many calls: was it ever written, always written, ever not zero? */
static struct {
	unsigned char written[SIZE], untouched[SIZE], zero[SIZE];
} seen;

static int
in_hole(const struct answer *a, unsigned at)
{
	for (int i = 0; i < HOLES; i++)
		if (at >= a->holes[i].start &&
		    at < a->holes[i].start + a->holes[i].length)
			return 1;
	return 0;
}

/* Much of the kernel's stack gets other contents. */
static void
stir(int i)
{
	static char buf[300];
	struct stat st;

	memset(buf, 'a' + i % 26, sizeof(buf) - 1);
	stat(buf, &st);
	buf[200] = 0;
	access(buf, F_OK);
	syscall(SYS_getrusage, 0, buf);
	syscall(SYS_pread64, file, buf, 100, 0);
}

/* => how many bytes it has answered, -1: it failed */
static long
ask_often(const struct answer *a, int *leaks)
{
	static char zeros[SIZE], ones[SIZE];
	long size = 0;

	memset(&seen.written, 0, SIZE);
	memset(&seen.untouched, 1, SIZE);
	memset(&seen.zero, 1, SIZE);
	for (int i = 0; i < TRIES; i++) {
		memset(zeros, 0, SIZE);
		memset(ones, 0xff, SIZE);
		stir(i);
		size = a->ask(zeros);
		stir(i + 13);
		if (size < 0 || a->ask(ones) < 0)
			return -1;
		*leaks += kernel_addresses(zeros, SIZE);
		for (int k = 0; k < SIZE; k++) {
			int touched = zeros[k] != 0 || ones[k] != -1;

			seen.written[k] |= (unsigned char)touched;
			seen.untouched[k] &= (unsigned char)!touched;
			seen.zero[k] &= zeros[k] == 0 &&
					(ones[k] == 0 || ones[k] == -1);
		}
	}
	return a->size ? a->size : size;
}

static void
judge(const struct answer *a)
{
	int short_by = 0, beyond = 0, dirty = 0, leaks = 0;
	long size = ask_often(a, &leaks);

	for (unsigned k = 0; size >= 0 && k < SIZE; k++) {
		if (in_hole(a, k))
			dirty += !seen.zero[k];
		else if (k < size)
			short_by += !seen.written[k];
		else
			beyond += !seen.untouched[k];
	}
	if (!ok(size >= 0 && !short_by && !beyond && !dirty && !leaks, "%s",
		a->name))
		diag("size %ld errno %d: %d bytes missing, %d beyond, %d dirty "
		     "holes, %d kernel addresses",
		     size, errno, short_by, beyond, dirty, leaks);
}

int
main(void)
{
	need(pipe(fds) == 0 && fds[1] < 8, "pipe");
	need(mkdir("/tmp/attack-leaks", 0700) == 0, "mkdir");
	directory = open("/tmp/attack-leaks", O_RDONLY);
	file = open("/tmp/attack-leaks.f", O_RDWR | O_CREAT, 0600);
	unlink("/tmp/attack-leaks.f");
	need(file >= 0 && directory >= 0, "files");
	need(write(file, "0123456789", 10) == 10, "write");
	need(write(fds[1], "x", 1) == 1, "write");
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		judge(&answers[i]);
	for (int i = 0; on_quire() && i < 3; i++)
		judge(&quire_answers[i]);
	rmdir("/tmp/attack-leaks");
	return done();
}
