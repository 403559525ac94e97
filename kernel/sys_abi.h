/*
 * Structures that system calls pass, as Linux x86-64 lays them out.
 */
#pragma once

#include "kernel/types.h"

#define NS_PER_SECOND 1000000000ul

struct linux_timeval {
	int64_t seconds, microseconds;
};

struct linux_timespec {
	int64_t seconds, nanoseconds;
};

/* getrusage(2) */
struct linux_rusage {
	struct linux_timeval user, system;
	int64_t max_rss, shared, data, stack;
	int64_t minor_faults, major_faults;
	int64_t unused[8];
};

_Static_assert(sizeof(struct linux_rusage) == 144, "as on Linux");

/* sysinfo(2) */
struct linux_sysinfo {
	int64_t uptime;
	uint64_t loads[3];
	uint64_t total_ram, free_ram, shared_ram, buffer_ram;
	uint64_t total_swap, free_swap;
	uint16_t processes, padding;
	uint32_t padding2;
	uint64_t total_high, free_high;
	uint32_t unit;
	uint32_t padding3;
};

_Static_assert(sizeof(struct linux_sysinfo) == 112, "as on Linux");

/* uname(2) */
struct linux_utsname {
	char system[65], node[65], release[65], version[65], machine[65];
	char domain[65];
};

static inline struct linux_timeval
time_val(uint64_t ns)
{
	return (struct linux_timeval){
		(int64_t)(ns / NS_PER_SECOND),
		(int64_t)(ns % NS_PER_SECOND / 1000),
	};
}

static inline struct linux_timespec
time_spec(uint64_t ns)
{
	return (struct linux_timespec){
		(int64_t)(ns / NS_PER_SECOND),
		(int64_t)(ns % NS_PER_SECOND),
	};
}
