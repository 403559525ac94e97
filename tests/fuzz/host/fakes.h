#pragma once

#include "kernel/types.h"

struct inode;

extern size_t fakes_objects;   /* of the heap that live */
extern const char *fakes_text; /* what the program's path is */

/* The current directory of the process. */
void fakes_enter(struct inode *cwd);
