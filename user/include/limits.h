/* POSIX's limits beside the compiler's own. */
#pragma once

/* gcc's limits.h would look for one more after itself. */
#define _LIBC_LIMITS_H_
#include_next <limits.h>

#define ARG_MAX			      131072
#define IOV_MAX			      1024
#define LINE_MAX		      2048
#define NAME_MAX		      255
#define PAGESIZE		      4096
#define PAGE_SIZE		      PAGESIZE
#define PATH_MAX		      4096
#define PIPE_BUF		      4096
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#define PTHREAD_KEYS_MAX	      128
#define PTHREAD_STACK_MIN	      16384
#define SSIZE_MAX		      LONG_MAX
