/* Mapping memory. POSIX; values are Linux's. */
#pragma once

#include <sys/types.h>

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED	    0x01
#define MAP_PRIVATE	    0x02
#define MAP_FIXED	    0x10
#define MAP_32BIT	    0x40
#define MAP_ANONYMOUS	    0x20
#define MAP_ANON	    MAP_ANONYMOUS
#define MAP_GROWSDOWN	    0x0100
#define MAP_DENYWRITE	    0x0800
#define MAP_NORESERVE	    0x4000
#define MAP_POPULATE	    0x8000
#define MAP_NONBLOCK	    0x10000
#define MAP_STACK	    0x20000
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FAILED	    ((void *)-1)

#define MAP_LOCKED 0x2000

#define MADV_NORMAL	0
#define MADV_RANDOM	1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED	3
#define MADV_DONTNEED	4
#define MADV_FREE	8

#define MREMAP_MAYMOVE	 1
#define MREMAP_FIXED	 2
#define MREMAP_DONTUNMAP 4

#define MCL_CURRENT 1
#define MCL_FUTURE  2
#define MCL_ONFAULT 4

#define MFD_CLOEXEC	  1
#define MFD_ALLOW_SEALING 2

#define MS_ASYNC      1
#define MS_INVALIDATE 2
#define MS_SYNC	      4

int madvise(void *addr, size_t length, int advice);
int memfd_create(const char *name, unsigned flags);
int mincore(void *addr, size_t length, unsigned char *resident);
int mlock(const void *addr, size_t length);
int mlockall(int flags);
void *mmap(void *addr, size_t length, int prot, int flags, int fd,
	   off_t offset);
int mprotect(void *addr, size_t length, int prot);
void *mremap(void *old, size_t old_length, size_t length, int flags, ...);
int msync(void *addr, size_t length, int flags);
int munlock(const void *addr, size_t length);
int munlockall(void);
int munmap(void *addr, size_t length);
