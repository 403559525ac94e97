/*
 * Runs of a fuzzer: from seed to seed, and what is checked between them.
 *
 * A run may leave more tables for kernel stacks than there were before, and
 * slots for pages of files that nobody had touched: what the kernel keeps for
 * good. So a run after which frames are missing is made again, and again: if
 * something leaks, then each time. Runs end early if one damages what later ones
 * need.
 */
#include "fuzz.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "user/include/quire.h"

enum {
	PATIENCE_MS = 20000, /* until a killed process must be gone */
	TRIES = 4,	     /* runs of one seed */
	ROUNDS = 100, /* until a child is killed: yields, then 2 ms each */
	YIELDS = 20,
};

static struct termios terminal;
static char remark[200];
static int findings;
static int damaged; /* the file tree is: no more runs */

void
fuzz_found(const char *fmt, ...)
{
	va_list args;

	findings++;
	printf("FINDING: ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

void
fuzz_remark(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(remark, sizeof(remark), fmt, args);
	va_end(args);
}

void
fuzz_sleep_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

void *
fuzz_shared(size_t pages)
{
	void *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap of shared pages");
		exit(1);
	}
	memset(p, 0, pages * PAGE);
	return p;
}

int
fuzz_wait(pid_t pid)
{
	int status = SIGKILL;

	for (int i = 0; i < ROUNDS; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		if (i < YIELDS)
			sched_yield();
		else
			fuzz_sleep_ms(2);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

/* Whoever is still there, and in which state. */
static void
report_survivors(void)
{
	struct psinfo p;

	for (pid_t pid = 2; psinfo(pid, &p) == 0; pid = p.pid + 1)
		fuzz_found("process %d (%s, state %c) survives SIGKILL", p.pid,
			   p.name, p.state);
}

void
fuzz_kill_all(void)
{
	for (long ms = 0; ms < PATIENCE_MS; ms++) {
		pid_t pid;

		kill(-1, SIGKILL);
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 && errno == ECHILD && kill(-1, 0) < 0)
			return;
		fuzz_sleep_ms(1);
	}
	report_survivors();
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
look(struct meminfo *m)
{
	/* Twice: the first may have to copy the page that *m is in. */
	if (meminfo(m) || meminfo(m))
		fuzz_found("meminfo: %s", strerror(errno));
}

/* Waits for what the kernel does by and by. => frames lost since `before` */
static long
frames_lost(const struct meminfo *before, struct meminfo *after)
{
	long lost;

	for (int i = 0; i < 50; i++) {
		look(after);
		lost = (long)(before->frames[MEM_FREE] -
			      after->frames[MEM_FREE]);
		if (lost <= 0)
			break;
		fuzz_sleep_ms(1);
	}
	return lost;
}

static long
run(const struct fuzzer *f, uint64_t seed, long size)
{
	long done;

	remark[0] = '\0';
	mkdir("/tmp/f", 0777);
	done = f->run(seed, size);
	fuzz_kill_all();
	damaged = fuzz_clean_tree();
	tcsetattr(0, TCSANOW, &terminal);
	return done;
}

static void
check_audit(void)
{
	int defects = quire_audit();

	if (defects)
		fuzz_found("the audit finds %d defects", defects);
}

static void
report_lost(uint64_t seed, const struct meminfo *before,
	    const struct meminfo *after)
{
	static const char *const names[MEM_KINDS] = {
		[MEM_FREE] = "free",	  [MEM_TABLE] = "tables",
		[MEM_HEAP] = "heap",	  [MEM_STACK] = "stacks",
		[MEM_BUFFER] = "buffers", [MEM_PAGE] = "pages",
	};

	printf("# after seed %lu:", seed);
	for (int i = 0; i < MEM_KINDS; i++)
		if (after->frames[i] != before->frames[i])
			printf(" %+ld %s",
			       (long)(after->frames[i] - before->frames[i]),
			       names[i]);
	printf("; again\n");
}

/* => how many units it made, of the seed's first run */
static long
run_seed(const struct fuzzer *f, uint64_t seed, long size)
{
	static struct meminfo before, after;
	long done = 0, again, lost = 0;
	int found = findings;
	long start = now_ms();

	for (int i = 0; i < TRIES; i++) {
		look(&before);
		again = run(f, seed, size);
		done = i ? done : again;
		check_audit();
		lost = frames_lost(&before, &after);
		if (lost <= 0 || damaged)
			break;
		report_lost(seed, &before, &after);
	}
	if (lost > 0 && !damaged)
		fuzz_found("frames are lost each time");
	printf("seed %lu: %s, %ld %s, %ld ms%s%s\n", seed,
	       findings == found ? "ok" : "FAILED", done, f->unit,
	       now_ms() - start, *remark ? ", " : "", remark);
	return done;
}

/* Process 1 never leaves for a signal, and never stops to be asked. */
static void
prepare(void)
{
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	tcgetattr(0, &terminal);
	fuzz_know_tree();
}

int
fuzz(const struct fuzzer *f, int argc, char *argv[])
{
	uint64_t first = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	long count = argc > 2 ? strtol(argv[2], NULL, 0) : 1;
	long size = argc > 3 ? strtol(argv[3], NULL, 0) : 1000;
	struct meminfo before, after;
	long total = 0, made = 0;

	if (getpid() != 1)
		_exit(0); /* a child's random jump has led to the start */
	prepare();
	look(&before);
	printf("free frames: %lu\n", before.frames[MEM_FREE]);
	for (; made < count && !damaged; made++)
		total += run_seed(f, first + (uint64_t)made, size);
	if (f->report)
		f->report();
	look(&after);
	printf("free frames: %lu\n", after.frames[MEM_FREE]);
	printf("total: %ld seeds, %ld %s, %d findings\n", made, total, f->unit,
	       findings);
	fflush(stdout);
	return findings > 0;
}
