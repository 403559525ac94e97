/*
 * vmbench NAME [COUNT]...: what operations cost, in cycles of the time stamp
 * counter. NAME is an operation, a group (memory, file, process), `all`, `tsc`:
 * how many cycles there are in a millisecond, or `list`: all names. Others are
 * ignored beside one of these, because Linux passes on words of its own.
 *
 * One line for each: name, operations in a round, cycles for one. The first
 * round is not counted, of the others the shortest is reported; they are short,
 * so that other work of the host misses some of them. Every operation runs in a
 * process of its own, so that none inherits what another left in the page
 * table.
 *
 * One static binary for Linux and for Quire, without a libc. As the first
 * program it makes the directory it needs, and switches the machine off.
 */
#include "bench.h"

enum {
	PID_INIT = 1,
	CLOCK_MONOTONIC = 1,
	TSC_MS = 200,
};

static const struct group *const groups[] = {
	&memory_group,
	&file_group,
	&process_group,
};

void start(long *stack) __attribute__((noreturn));

/* The stack as execve leaves it: argc, argv[0], ... */
__asm__(".globl _start\n"
	"_start:\n\t"
	"xor %ebp, %ebp\n\t"
	"mov %rsp, %rdi\n\t"
	"and $-16, %rsp\n\t"
	"call start\n\t");

/* Where a fork would be the first to run some page of our text, it would pay
 * for it each time. */
static void
touch_text(void)
{
	extern char __executable_start[], etext[];

	look(__executable_start,
	     (size_t)(etext - __executable_start + PAGE - 1) / PAGE, 1);
}

static uint64_t
nanoseconds(void)
{
	int64_t now[2];

	check("clock_gettime",
	      call3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)now, 0));
	return (uint64_t)now[0] * 1000000000 + (uint64_t)now[1];
}

/* Waits; -> the cycles of a millisecond. */
static uint64_t
clock_round(unsigned long size, unsigned n)
{
	uint64_t from = nanoseconds(), start = cycles(), now;

	(void)size;
	do {
		now = nanoseconds();
	} while (now - from < TSC_MS * 1000000ul);
	return (cycles() - start) * n * 1000000 / (now - from);
}

static const struct operation clock_operation = {
	.name = "tsc",
	.count = 1,
	.round = clock_round,
	.unit = "kHz",
};

static void
run_child(const struct operation *o, unsigned n)
{
	char count[24];
	const char *argv[] = {o->program, o->name, count, NULL};

	if (o->round) {
		measure(o, n, ROUNDS);
		call3(SYS_exit_group, 0, 0, 0);
	}
	decimal(count, n, 0);
	die(o->program,
	    call3(SYS_execve, (long)o->program, (long)argv, (long)(argv + 3)));
}

/* In a child, which may fail alone. -> whether it did */
static int
run(const struct operation *o, unsigned n)
{
	int status = 0;
	long pid;

	if (o->program && call3(SYS_access, (long)o->program, 0, 0) < 0) {
		print("vmbench: ");
		print(o->name);
		print(": left out, its program is not there\n");
		return 0;
	}
	pid = call3(SYS_fork, 0, 0, 0);
	if (pid == 0)
		run_child(o, n ? n : o->count);
	if (pid > 0)
		call6(SYS_wait4, pid, (long)&status, 0, 0, 0, 0);
	/* And what it left, if that came to us. */
	while (call6(SYS_wait4, -1, 0, 0, 0, 0, 0) >= 0)
		;
	if (pid > 0 && status == 0)
		return 0;
	print("vmbench: ");
	print(o->name);
	print(": failed\n");
	return 1;
}

/* What runs, and what went wrong. */
struct result {
	int found;
	int failed;
};

static void
list(void)
{
	for (size_t g = 0; g < LENGTH(groups); g++) {
		for (size_t i = 0; i < groups[g]->length; i++) {
			print(groups[g]->operations[i].name);
			print("\n");
		}
	}
}

static void
run_name(struct result *result, const char *name, unsigned n)
{
	for (size_t g = 0; g < LENGTH(groups); g++) {
		int whole = same(name, "all") || same(name, groups[g]->name);

		for (size_t i = 0; i < groups[g]->length; i++) {
			const struct operation *o = &groups[g]->operations[i];

			if (!whole && !same(name, o->name))
				continue;
			result->failed += run(o, n);
			result->found++;
		}
	}
	if (same(name, clock_operation.name)) {
		result->failed += run(&clock_operation, 0);
		result->found++;
	}
	if (same(name, "list")) {
		list();
		result->found++;
	}
}

/* -> whether all is well */
static int
run_arguments(char **argv)
{
	struct result result = {0, 0};

	while (*argv) {
		const char *name = *argv++;
		unsigned n = *argv ? number(*argv) : 0;

		run_name(&result, name, n);
		argv += n != 0;
	}
	return result.found && !result.failed;
}

void
start(long *stack)
{
	int init = call3(SYS_getpid, 0, 0, 0) == PID_INIT;
	char **argv = (char **)(stack + 1);
	int ok;

	touch_text();
	call3(SYS_mkdir, (long)"/tmp", 0777, 0);
	ok = run_arguments(argv + (argv[0] != NULL));
	print(ok ? "vmbench: done\n" : "vmbench: failed\n");
	if (init)
		call6(SYS_reboot, (int)0xfee1dead, 672274793, 0x4321fedc, 0, 0,
		      0);
	call3(SYS_exit_group, !ok, 0, 0);
	__builtin_unreachable();
}
