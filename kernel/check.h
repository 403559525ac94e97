/*
 * The whole system audited: mm's recount with what the kernel holds.
 */
#pragma once

#include "kernel/types.h"

/* => the number of defects found; each is printed */
int check_everything(void);
/* Debug builds, after a system call or fault: panics naming it if anything is
 * wrong. */
void check_after(const char *what);
