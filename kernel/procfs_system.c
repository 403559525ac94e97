/*
 * /proc/meminfo, stat and other files about the machine.
 */
#include "kernel/cpu.h"
#include "kernel/process.h"
#include "kernel/procfs.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/frame.h"

enum {
	CPU_NAME = 0x80000002,	  /* cpuid: the first of three leaves */
	CPU_LARGEST = 0x80000000, /* the largest leaf of that kind */
};

static uint64_t
kib(enum frame_kind kind)
{
	return frame_count(kind) * (PAGE_SIZE / 1024);
}

/* Files that came with the initramfs lie where the loader put them, like pages
 * of a cache that cannot be dropped. */
void
procfs_meminfo(struct text *t, const struct process *p)
{
	uint64_t total = 0;

	(void)p;
	for (int kind = FRAME_FREE; kind < FRAME_KINDS; kind++)
		total += kib((enum frame_kind)kind);
	text_kib(t, "MemTotal", total);
	text_kib(t, "MemFree", kib(FRAME_FREE));
	text_kib(t, "MemAvailable", kib(FRAME_FREE));
	text_kib(t, "Buffers", kib(FRAME_BUFFER));
	text_kib(t, "Cached", kib(FRAME_MODULE));
	text_kib(t, "SwapCached", 0);
	text_kib(t, "Active", kib(FRAME_PAGE));
	text_kib(t, "Inactive", 0);
	text_kib(t, "SwapTotal", 0);
	text_kib(t, "SwapFree", 0);
	text_kib(t, "Dirty", 0);
	text_kib(t, "Writeback", 0);
	text_kib(t, "Shmem", 0);
	text_kib(t, "Slab", kib(FRAME_HEAP));
	text_kib(t, "SReclaimable", 0);
	text_kib(t, "SUnreclaim", kib(FRAME_HEAP));
	text_kib(t, "KernelStack", kib(FRAME_STACK));
	text_kib(t, "PageTables", kib(FRAME_TABLE));
}

/* All time that is not idle counts as the users': the kernel does not measure
 * its own. */
void
procfs_system_stat(struct text *t, const struct process *p)
{
	uint64_t idle = sched_idle_ns / NS_PER_TICK;
	uint64_t busy = timer_now() / NS_PER_TICK - idle;
	unsigned running = 0;

	(void)p;
	process_each(each)
		running += process_state(each) == 'R';
	text_print(t, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\n", busy, idle);
	text_print(t, "cpu0 %lu 0 0 %lu 0 0 0 0 0 0\n", busy, idle);
	text_print(t, "ctxt %lu\nbtime %lu\n", sched_switches,
		   timer_boot_time());
	text_print(t, "processes %lu\n", process_births);
	text_print(t, "procs_running %u\nprocs_blocked 0\n", running);
}

static void
put_seconds(struct text *t, uint64_t ns)
{
	uint64_t ticks = ns / NS_PER_TICK;

	text_print(t, "%lu.%02lu", ticks / TIMER_HZ, ticks % TIMER_HZ);
}

void
procfs_uptime(struct text *t, const struct process *p)
{
	(void)p;
	put_seconds(t, timer_now());
	text_print(t, " ");
	put_seconds(t, sched_idle_ns);
	text_print(t, "\n");
}

void
procfs_loadavg(struct text *t, const struct process *p)
{
	unsigned running = 0, all = 0;
	pid_t last = 0;

	(void)p;
	process_each(each) {
		running += process_state(each) == 'R';
		last = each->pid;
		all++;
	}
	for (int i = 0; i < SCHED_LOADS; i++) {
		uint64_t hundredths = sched_load[i] * 100 / SCHED_LOAD_ONE;

		text_print(t, "%lu.%02lu ", hundredths / 100, hundredths % 100);
	}
	text_print(t, "%u/%u %d\n", running, all, last);
}

void
procfs_mounts(struct text *t, const struct process *p)
{
	(void)p;
	text_print(t, "tmpfs / tmpfs rw 0 0\nproc /proc proc rw 0 0\n");
}

void
procfs_filesystems(struct text *t, const struct process *p)
{
	(void)p;
	text_print(t, "nodev\tproc\nnodev\ttmpfs\n");
}

void
procfs_version(struct text *t, const struct process *p)
{
	(void)p;
	text_print(t, "Quire version " QUIRE_VERSION "\n");
}

/* The extended family and model count only beside these values (SDM 2, CPUID).
 */
void
procfs_cpuinfo(struct text *t, const struct process *p)
{
	uint32_t name[12] = {0}, vendor[4] = {0}, a, family, model, rest;

	(void)p;
	cpu_id(0, &rest, &vendor[0], &vendor[2], &vendor[1]);
	cpu_id(1, &a, &rest, &rest, &rest);
	family = a >> 8 & 15;
	model = a >> 4 & 15;
	if (family == 6 || family == 15)
		model |= a >> 12 & 0xf0;
	if (family == 15)
		family += a >> 20 & 0xff;
	cpu_id(CPU_LARGEST, &rest, &(uint32_t){0}, &(uint32_t){0},
	       &(uint32_t){0});
	for (uint32_t i = 0; i < 3 && rest >= CPU_NAME + 2; i++)
		cpu_id(CPU_NAME + i, &name[i * 4], &name[i * 4 + 1],
		       &name[i * 4 + 2], &name[i * 4 + 3]);
	text_print(t, "processor\t: 0\nvendor_id\t: %.*s\n", 12,
		   (const char *)vendor);
	text_print(t, "cpu family\t: %u\nmodel\t\t: %u\n", family, model);
	text_print(t, "model name\t: %.*s\nstepping\t: %u\n", (int)sizeof(name),
		   (const char *)name, a & 15);
	/* What any CPU has that gets this far. */
	text_print(t, "flags\t\t: fpu pae pge fxsr sse sse2 syscall nx lm\n\n");
}
