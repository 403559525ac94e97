/*
 * The whole system audited: mm's recount with what the kernel holds.
 */
#pragma once

#include "kernel/types.h"

/* => the number of defects found; each is printed */
int check_everything(void);
/* The same, but free memory is not read: frame_alloc looks at what it gives. */
int check_now(void);
