/*
 * Quire's own system calls as functions. Like all others, they return -1 and
 * set errno when the kernel refuses; on Linux, that is ENOSYS.
 */
#pragma once

#include <quire/abi.h>
#include <sys/types.h>

/* Of the page that holds addr, in process pid (0: this one). */
int pageinfo(pid_t pid, const void *addr, struct pageinfo *info);
/* Of the process with the smallest number >= pid. */
int psinfo(pid_t pid, struct psinfo *info);
int meminfo(struct meminfo *info);
/* The number of defects that the kernel's audit found. */
int quire_audit(void);
/* See quire/abi.h. */
long fail_nth(unsigned long n, int mode);
