/* Waiting for sets of descriptors. POSIX */
#pragma once

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#define FD_SETSIZE 1024

typedef struct {
	unsigned long bits[FD_SETSIZE / 64];
} fd_set;

#define FD_ZERO(set)	  ((void)(*(set) = (fd_set){{0}}))
#define FD_SET(fd, set)	  ((void)((set)->bits[(fd) / 64] |= __FD_BIT(fd)))
#define FD_CLR(fd, set)	  ((void)((set)->bits[(fd) / 64] &= ~__FD_BIT(fd)))
#define FD_ISSET(fd, set) (((set)->bits[(fd) / 64] & __FD_BIT(fd)) != 0)
#define __FD_BIT(fd)	  (1UL << ((fd) % 64))

int pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
	    fd_set *restrict failed, const struct timespec *restrict timeout,
	    const sigset_t *restrict mask);
int select(int count, fd_set *restrict readable, fd_set *restrict writable,
	   fd_set *restrict failed, struct timeval *restrict timeout);
