/*
 * Loading programs: from an ELF file to regions, a stack and registers. Nothing
 * of a program but its headers is read before it is touched.
 */
#pragma once

#include "kernel/types.h"

struct bootinfo;
struct space;

/* aslr=on: mmap area, stack and position-independent programs start at random
 * pages. */
extern bool exec_randomise;

/* execve(2) for the current process. => -errno: nothing has changed */
long exec(vaddr_t path, vaddr_t argv, vaddr_t envp) MUST_CHECK;
/* A new limit for a program that runs: its stack, which has been as large as the
 * old one from the start, loses what is beyond and was never touched.
 * => -ENOMEM */
int exec_cut_stack(struct space *s, uint64_t limit) MUST_CHECK;
/* Makes the current process, the first one, what the command line names
 * (init=PATH, default /bin/init; words after "--" are its arguments). */
void exec_init(const struct bootinfo *b);
