/* What processes use, and may use. */
#pragma once

#include <sys/time.h>
#include <sys/types.h>

#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD	1
#define PRIO_PROCESS	0

#define RLIMIT_CPU     0
#define RLIMIT_FSIZE   1
#define RLIMIT_DATA    2
#define RLIMIT_STACK   3
#define RLIMIT_CORE    4
#define RLIMIT_RSS     5
#define RLIMIT_NPROC   6
#define RLIMIT_NOFILE  7
#define RLIMIT_MEMLOCK 8
#define RLIMIT_AS      9
#define RLIM_INFINITY  (~0UL)

typedef unsigned long rlim_t;

struct rusage {
	struct timeval ru_utime, ru_stime;
	long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt, ru_nswap;
	long ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv;
	long ru_nsignals, ru_nvcsw, ru_nivcsw;
};

struct rlimit {
	rlim_t rlim_cur, rlim_max;
};

int getrlimit(int resource, struct rlimit *limit);
int getrusage(int who, struct rusage *usage);
int getpriority(int which, id_t who);
int prlimit(pid_t pid, int resource, const struct rlimit *limit,
	    struct rlimit *old);
int setpriority(int which, id_t who, int priority);
int setrlimit(int resource, const struct rlimit *limit);
