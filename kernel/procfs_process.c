/*
 * /proc/PID/stat, statm, status and what a process was called with.
 */
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/procfs.h"
#include "kernel/string.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "kernel/tty.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/user.h"

enum {
	CONSOLE_DEVICE = 5 << 8 | 1,
	PRIORITY = 20, /* of everybody, as Linux counts */
};

/* How large a space is, in KiB. */
struct sizes {
	uint64_t all, stack, data, text, lib;
	uint64_t figure[PROCFS_FIGURES];
};

static struct sizes
measure(const struct process *p)
{
	const struct store *program = p->program ? p->program->store : NULL;
	const struct region *r = p->space ? p->space->regions.first : NULL;
	struct sizes size = {0};

	if (r)
		procfs_count(p->space, size.figure);
	for (; r; r = r->next) {
		uint64_t kib = (r->end - r->start) / 1024;

		size.all += kib;
		if (r->end == p->space->stack_top)
			size.stack += kib;
		else if (r->prot & PROT_EXEC)
			*(r->store == program ? &size.text : &size.lib) += kib;
		else if (r->prot & PROT_WRITE && !r->shared)
			size.data += kib;
	}
	return size;
}

static unsigned
count_threads(const struct process *p)
{
	unsigned n = 0;

	thread_each(t, p)
		n++;
	return n;
}

static uint64_t
pages(uint64_t kib)
{
	return kib / (PAGE_SIZE / 1024);
}

void
procfs_stat(struct text *t, const struct process *p)
{
	const struct space *s = p->space;
	struct sizes size = measure(p);
	pid_t front = tty_foreground(p->sid);

	text_print(t, "%d (%s) %c %d %d %d %d %d 0 ", p->pid, p->name,
		   process_state(p), p->parent ? p->parent->pid : 0, p->pgid,
		   p->sid, front ? CONSOLE_DEVICE : 0, front ? front : -1);
	/* faults, and times: no kernel's, nor of waiting for a disk */
	text_print(t, "%lu %lu 0 0 %lu 0 %lu 0 ", p->faults, p->children_faults,
		   process_cpu_time(p) / NS_PER_TICK,
		   p->children_ns / NS_PER_TICK);
	text_print(t, "%d 0 %u 0 %lu %lu %lu %lu ", PRIORITY, count_threads(p),
		   p->started / NS_PER_TICK, size.all * 1024,
		   pages(size.figure[PROCFS_RSS]), UINT64_MAX);
	/* code, stack, registers: not told; signals: see status */
	text_print(t, "0 0 0 0 0 %lu 0 0 0 0 0 0 %d 0 0 0 0 0 0 0 0 ",
		   p->signals.pending & INT32_MAX, p->exit_signal);
	text_print(t, "%lu %lu %lu %lu %lu %d\n", s ? s->heap_start : 0,
		   s ? s->arg_start : 0, s ? s->env_start : 0,
		   s ? s->env_start : 0, s ? s->env_end : 0, p->exit_status);
}

void
procfs_statm(struct text *t, const struct process *p)
{
	struct sizes size = measure(p);

	text_print(
		t, "%lu %lu %lu %lu 0 %lu 0\n", pages(size.all),
		pages(size.figure[PROCFS_RSS]),
		pages(size.figure[PROCFS_RSS] - size.figure[PROCFS_ANONYMOUS]),
		pages(size.text), pages(size.data + size.stack));
}

static const char *
state_name(char state)
{
	return state == 'R'   ? "running"
	       : state == 'T' ? "stopped"
	       : state == 'Z' ? "zombie"
			      : "sleeping";
}

static size_t
count_tables(const struct space *s)
{
	size_t tables;

	pt_count(s->root, &tables);
	return tables;
}

static void
put_memory(struct text *t, const struct process *p)
{
	struct sizes size = measure(p);
	size_t tables = count_tables(p->space);
	const struct {
		const char *name;
		uint64_t kib;
	} lines[] = {
		{"VmSize:", size.all},
		{"VmLck:", 0},
		{"VmPin:", 0},
		{"VmRSS:", size.figure[PROCFS_RSS]},
		{"RssAnon:", size.figure[PROCFS_ANONYMOUS]},
		{"RssFile:", size.figure[PROCFS_RSS] -
				     size.figure[PROCFS_ANONYMOUS] -
				     size.figure[PROCFS_SHMEM]},
		{"RssShmem:", size.figure[PROCFS_SHMEM]},
		{"VmData:", size.data},
		{"VmStk:", size.stack},
		{"VmExe:", size.text},
		{"VmLib:", size.lib},
		{"VmPTE:", tables * (PAGE_SIZE / 1024)},
		{"VmSwap:", 0},
	};

	for (size_t i = 0; i < COUNT(lines); i++)
		text_print(t, "%s\t%8lu kB\n", lines[i].name, lines[i].kib);
}

/* Signals with this effect on p, as bits. */
static uint64_t
signals_with(const struct process *p, enum signal_effect effect)
{
	uint64_t bits = 0;

	for (int n = 1; n <= SIGNALS; n++) {
		struct signal_action action = signal_get_action(p, n);

		if (effect == SIGNAL_IGNORE ? action.handler == SIG_IGN
					    : action.handler > SIG_IGN)
			bits |= signal_bit(n);
	}
	return bits;
}

static void
put_signals(struct text *t, const struct process *p)
{
	const struct thread *first = thread_next(&p->threads, NULL);

	text_print(t, "SigPnd:\t%016lx\n", first ? first->signals.pending : 0);
	text_print(t, "ShdPnd:\t%016lx\n", p->signals.pending);
	text_print(t, "SigBlk:\t%016lx\n", first ? first->blocked : 0);
	text_print(t, "SigIgn:\t%016lx\n", signals_with(p, SIGNAL_IGNORE));
	text_print(t, "SigCgt:\t%016lx\n", signals_with(p, SIGNAL_CATCH));
}

void
procfs_status(struct text *t, const struct process *p)
{
	char state = process_state(p);

	text_print(t, "Name:\t");
	text_name(t, p->name);
	text_print(t, "\nUmask:\t%04o\n", p->umask);
	text_print(t, "State:\t%c (%s)\n", state, state_name(state));
	text_print(t, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n", p->pid,
		   p->pid, p->parent ? p->parent->pid : 0);
	text_print(t, "TracerPid:\t0\n");
	text_print(t, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
	text_print(t, "FDSize:\t%d\nGroups:\t\n", FILES_MAX);
	text_print(t, "NStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n",
		   p->pid, p->pid, p->pgid, p->sid);
	if (p->space)
		put_memory(t, p);
	text_print(t, "Threads:\t%u\n", count_threads(p));
	put_signals(t, p);
	text_print(t, "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n");
}

void
procfs_comm(struct text *t, const struct process *p)
{
	text_print(t, "%s\n", p->name);
}

/* What is in the program's memory now, as far as it can be read. */
static void
put_memory_of(struct text *t, const struct process *p, vaddr_t from, vaddr_t to)
{
	while (from < to) {
		size_t n = user_read(p->space, t->scratch, from,
				     min_u64(to - from, PAGE_SIZE));

		if (n == 0)
			break;
		text_bytes(t, t->scratch, n);
		from += n;
	}
}

void
procfs_cmdline(struct text *t, const struct process *p)
{
	if (p->space)
		put_memory_of(t, p, p->space->arg_start, p->space->env_start);
}

void
procfs_environ(struct text *t, const struct process *p)
{
	if (p->space)
		put_memory_of(t, p, p->space->env_start, p->space->env_end);
}
