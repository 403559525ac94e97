/* The scheduler. */
#pragma once

#include <sys/types.h>

typedef struct {
	unsigned long bits[1024 / 64];
} cpu_set_t;

#define CPU_SETSIZE	  1024
#define CPU_ZERO(set)	  ((void)(*(set) = (cpu_set_t){{0}}))
#define CPU_SET(n, set)	  ((void)((set)->bits[(n) / 64] |= 1UL << ((n) % 64)))
#define CPU_CLR(n, set)	  ((void)((set)->bits[(n) / 64] &= ~(1UL << ((n) % 64))))
#define CPU_ISSET(n, set) (((set)->bits[(n) / 64] >> ((n) % 64) & 1) != 0)
#define CPU_COUNT(set)	  __cpu_count(set)

int __cpu_count(const cpu_set_t *set);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int sched_yield(void);
