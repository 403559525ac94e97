/* The CPU time of a process and its children, in ticks of 1/100 s. POSIX */
#pragma once

#include <sys/types.h>

struct tms {
	clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};

clock_t times(struct tms *t);
