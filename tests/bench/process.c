/*
 * Operations on processes: the empty call, fork, exec, who runs next, many that
 * sleep; and malloc, which a program with a libc measures.
 */
#include "bench.h"

#include <sched.h>
#include <signal.h>
#include <sys/sysinfo.h>

enum {
	SETTLE_MS = 20, /* until a child that wrote has begun to wait */
	FORKED_PAGES = 256,
	TURNS = 4000, /* in a row: two processes alternate, and an emulator that
			 grew its TLB for what came before has shrunk it */
	TRIES = 100000, /* in case they never do */
	MANY = 1000,	/* processes */
};

static const char true_static[] = "/bench/true-static";
static const char true_quire[] = "/bench/true-quire";
static const char true_musl[] = "/bench/true-musl";
static const char malloc_quire[] = "/bench/malloc-quire";
static const char malloc_musl[] = "/bench/malloc-musl";

static uint64_t
null_call(unsigned long size, unsigned n)
{
	uint64_t start = cycles();

	(void)size;
	for (unsigned i = 0; i < n; i++)
		call3(SYS_getppid, 0, 0, 0);
	return cycles() - start;
}

INLINE void
leave(int status)
{
	call3(SYS_exit_group, status, 0, 0);
	__builtin_unreachable();
}

void
wait_for(long pid)
{
	int status = 0;

	check("wait4", call6(SYS_wait4, pid, (long)&status, 0, 0, 0, 0));
	if (status)
		die("a child failed", -status);
}

static char *
map_shared(void)
{
	return (char *)check("mmap",
			     call6(SYS_mmap, 0, PAGE, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

/* What a fork shares with its parent, made once. */
static char *
forked_area(size_t size)
{
	static char *area;

	if (!area)
		area = map_touched(size);
	return area;
}

static uint64_t
fork_exit(unsigned long size, unsigned n)
{
	uint64_t start;

	forked_area(size);
	start = cycles();
	for (unsigned i = 0; i < n; i++) {
		long pid = call3(SYS_fork, 0, 0, 0);

		if (pid == 0)
			leave(0);
		wait_for(pid);
	}
	return cycles() - start;
}

static uint64_t
fork_write(unsigned long pages, unsigned n)
{
	char *area = forked_area(FORKED_PAGES * (size_t)PAGE);
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++) {
		long pid = call3(SYS_fork, 0, 0, 0);

		if (pid == 0) {
			touch(area, pages, 1);
			leave(0);
		}
		wait_for(pid);
	}
	return cycles() - start;
}

/* Between vfork and here the child runs on its parent's stack: nothing may be
 * called. */
INLINE void
execute(const char *program, const char *argument)
{
	const char *argv[] = {program, argument, NULL};
	const char *envp[] = {NULL};

	call3(SYS_execve, (long)program, (long)argv, (long)envp);
	leave(127);
}

static uint64_t
fork_exec(unsigned long program, unsigned n)
{
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++) {
		long pid = call3(SYS_fork, 0, 0, 0);

		if (pid == 0)
			execute((const char *)program, NULL);
		wait_for(pid);
	}
	return cycles() - start;
}

static uint64_t
vfork_exec(unsigned long program, unsigned n)
{
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++) {
		long pid = call3(SYS_vfork, 0, 0, 0);

		if (pid == 0)
			execute((const char *)program, NULL);
		wait_for(pid);
	}
	return cycles() - start;
}

/* Yields. -> whether somebody else ran: who says which process ran last */
static int
yielded(volatile char *who)
{
	*who = 'p';
	call3(SYS_sched_yield, 0, 0, 0);
	return *who == 'c';
}

/* Two processes yield to each other: n switches. They are counted, and only
 * once the two take turns: Linux first lets that one go on which has run
 * less. */
static uint64_t
yield(unsigned long size, unsigned n)
{
	volatile char *who = map_shared();
	long pid = check("fork", call3(SYS_fork, 0, 0, 0));
	unsigned switches = 0;
	uint64_t start;

	(void)size;
	while (pid == 0) {
		*who = 'c';
		call3(SYS_sched_yield, 0, 0, 0);
	}
	for (int i = 0, turns = 0; i < TRIES && turns < TURNS; i++)
		turns = yielded(who) ? turns + 1 : 0;
	start = cycles();
	while (switches < n)
		switches += yielded(who) ? 2 : 0;
	start = cycles() - start;
	check("kill", call3(SYS_kill, pid, SIGKILL, 0));
	check("wait4", call6(SYS_wait4, pid, 0, 0, 0, 0, 0));
	unmap((char *)(uintptr_t)who, PAGE);
	return start;
}

/* Sends back every byte, until there are no more. */
static void
echo(int in, int out)
{
	char byte;

	while (call3(SYS_read, in, (long)&byte, 1) == 1)
		call3(SYS_write, out, (long)&byte, 1);
	leave(0);
}

static void
send_and_receive(const int there[2], const int back[2])
{
	char byte = 0;

	check("write", call3(SYS_write, there[1], (long)&byte, 1));
	check("read", call3(SYS_read, back[0], (long)&byte, 1));
}

static uint64_t
ping_pong(unsigned n)
{
	int there[2], back[2];
	uint64_t start;
	long pid;

	make_pipe(there);
	make_pipe(back);
	pid = call3(SYS_fork, 0, 0, 0);
	if (pid == 0) {
		close_fd(there[1]);
		echo(there[0], back[1]);
	}
	send_and_receive(there, back); /* the child has begun */
	start = cycles();
	for (unsigned i = 0; i < n; i++)
		send_and_receive(there, back);
	start = cycles() - start;
	close_fd(there[1]);
	wait_for(pid);
	close_fd(there[0]);
	close_fd(back[0]);
	close_fd(back[1]);
	return start;
}

static uint64_t
pipe_ping_pong(unsigned long sleepers, unsigned n)
{
	static struct sleepers s;

	/* They end when this process does, with the pipe. */
	if (s.n < sleepers)
		s = sleepers_start((unsigned)sleepers, NULL);
	return ping_pong(n);
}

/* ---- Sleepers ------------------------------------------------------------ */

/* The child: says on standard output that it is there, waits at standard input
 * for the end of file. */
static void
sleeper(int ready[2], int stop[2], const char *program)
{
	char byte = 0;

	check("dup2", call3(SYS_dup2, stop[0], 0, 0));
	check("dup2", call3(SYS_dup2, ready[1], 1, 0));
	close_fd(stop[0]);
	close_fd(stop[1]);
	close_fd(ready[0]);
	close_fd(ready[1]);
	if (program)
		execute(program, "sleep");
	call3(SYS_write, 1, (long)&byte, 1);
	call3(SYS_read, 0, (long)&byte, 1);
	leave(0);
}

static void
settle(void)
{
	int64_t time[2] = {0, SETTLE_MS * 1000000};

	call3(SYS_nanosleep, (long)time, 0, 0);
}

struct sleepers
sleepers_start(unsigned n, const char *program)
{
	int ready[2], stop[2];
	char byte;

	make_pipe(ready);
	make_pipe(stop);
	for (unsigned i = 0; i < n; i++)
		if (check("fork", call3(SYS_fork, 0, 0, 0)) == 0)
			sleeper(ready, stop, program);
	for (unsigned i = 0; i < n; i++)
		check("read", call3(SYS_read, ready[0], (long)&byte, 1));
	close_fd(ready[0]);
	close_fd(ready[1]);
	close_fd(stop[0]);
	settle();
	return (struct sleepers){.stop = stop[1], .n = n};
}

void
sleepers_stop(const struct sleepers *s)
{
	close_fd(s->stop);
	for (unsigned i = 0; i < s->n; i++)
		wait_for(-1);
}

static uint64_t
free_frames(void)
{
	struct sysinfo info;

	check("sysinfo", call3(SYS_sysinfo, (long)&info, 0, 0));
	return info.freeram * info.mem_unit / PAGE;
}

static uint64_t
frames_asleep(unsigned long program, unsigned n)
{
	uint64_t before = free_frames(), used;
	struct sleepers s = sleepers_start(n, (const char *)program);

	used = before - free_frames();
	sleepers_stop(&s);
	settle();
	return used;
}

/* ---- The table ----------------------------------------------------------- */

#define RUNS(program) (unsigned long)(program), program

static const struct operation operations[] = {
	{"null_call", 256, null_call, 0, NULL, NULL},
	{"fork_exit_64k", 2, fork_exit, 64 * KIB, NULL, NULL},
	{"fork_exit_8m", 1, fork_exit, 8 * MIB, NULL, NULL},
	{"fork_exit_64m", 1, fork_exit, 64 * MIB, NULL, NULL},
	{"fork_exit_512m", 1, fork_exit, 512 * MIB, NULL, NULL},
	{"fork_write_1", 2, fork_write, 1, NULL, NULL},
	{"fork_write_16", 1, fork_write, 16, NULL, NULL},
	{"fork_write_all", 1, fork_write, FORKED_PAGES, NULL, NULL},
	{"exec_static", 1, fork_exec, RUNS(true_static), NULL},
	{"exec_quire", 1, fork_exec, RUNS(true_quire), NULL},
	{"exec_musl", 1, fork_exec, RUNS(true_musl), NULL},
	{"vfork_exec_static", 1, vfork_exec, RUNS(true_static), NULL},
	{"yield", 32, yield, 0, NULL, NULL},
	{"ping_pong", 8, pipe_ping_pong, 0, NULL, NULL},
	{"ping_pong_1000_asleep", 8, pipe_ping_pong, MANY, NULL, NULL},
	{"frames_forked_sleeper", MANY, frames_asleep, 0, NULL, "frames"},
	{"frames_exec_sleeper", MANY, frames_asleep, RUNS(true_static),
	 "frames"},
	{"malloc_small_quire", 256, NULL, 0, malloc_quire, NULL},
	{"malloc_mixed_quire", 256, NULL, 0, malloc_quire, NULL},
	{"malloc_1m_quire", 32, NULL, 0, malloc_quire, NULL},
	{"malloc_small_musl", 256, NULL, 0, malloc_musl, NULL},
	{"malloc_mixed_musl", 256, NULL, 0, malloc_musl, NULL},
	{"malloc_1m_musl", 32, NULL, 0, malloc_musl, NULL},
};

const struct group process_group = {
	"process",
	operations,
	LENGTH(operations),
};
