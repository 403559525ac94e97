/*
 * Structures that system calls pass, as Linux x86-64 lays them out.
 */
#pragma once

#include "kernel/types.h"

struct linux_timeval {
	int64_t seconds, microseconds;
};

struct linux_timespec {
	int64_t seconds, nanoseconds;
};

/* stat(2) */
struct linux_stat {
	uint64_t dev, ino, nlink;
	uint32_t mode, uid, gid, padding;
	uint64_t rdev, size, blksize, blocks;
	struct linux_timespec atime, mtime, ctime;
	uint64_t unused[3];
};

_Static_assert(sizeof(struct linux_stat) == 144, "as on Linux");

struct linux_statx_time {
	int64_t seconds;
	uint32_t nanoseconds, padding;
};

/* statx(2) */
struct linux_statx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, padding;
	uint64_t ino, size, blocks, attributes_mask;
	struct linux_statx_time atime, btime, ctime, mtime;
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t unused[14];
};

_Static_assert(sizeof(struct linux_statx) == 256, "as on Linux");

/* statfs(2) */
struct linux_statfs {
	uint64_t type, bsize, blocks, bfree, bavail, files, ffree, fsid;
	uint64_t namelen, frsize, flags, unused[4];
};

_Static_assert(sizeof(struct linux_statfs) == 120, "as on Linux");

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

/* getitimer(2) */
struct linux_itimerval {
	struct linux_timeval interval, value;
};

enum {
	ITIMER_REAL = 0,
	CLOCK_MONOTONIC = 1,
	MLOCK_ONFAULT = 1,
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

/* ns of a time that a program gave, at most what a clock can reach.
 * => false if it is none */
static inline bool
time_from_spec(const struct linux_timespec *t, uint64_t *ns)
{
	const uint64_t most = INT64_MAX / NS_PER_SECOND - 1;

	*ns = min_u64((uint64_t)t->seconds, most) * NS_PER_SECOND +
	      (uint64_t)t->nanoseconds;
	return t->seconds >= 0 && t->nanoseconds >= 0 &&
	       t->nanoseconds < (int64_t)NS_PER_SECOND;
}

/* The same of one in the current process's memory, and the moment so much later;
 * from 0: TIMEOUT_NEVER. => -EINVAL, -EFAULT */
int time_get(vaddr_t from, uint64_t *ns) MUST_CHECK;
int time_get_deadline(vaddr_t from, uint64_t *until) MUST_CHECK;

static inline bool
time_from_val(const struct linux_timeval *t, uint64_t *ns)
{
	struct linux_timespec spec = {
		t->seconds, (int64_t)((uint64_t)t->microseconds * 1000)};

	return t->microseconds >= 0 && t->microseconds < 1000000 &&
	       time_from_spec(&spec, ns);
}
