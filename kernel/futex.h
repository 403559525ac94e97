/*
 * Futexes: sleeping until a word of memory changes (futex(2)). A lock in user
 * memory costs a system call only when somebody has to wait for it.
 */
#pragma once

#include "kernel/types.h"

struct space;

/* Wakes all who wait for the word at va. */
void futex_wake_all(struct space *s, vaddr_t va);
