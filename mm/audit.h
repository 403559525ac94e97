/*
 * The recount: every invariant of mm/ checked from scratch.
 */
#pragma once

#include "kernel/types.h"

struct frame;

/* Recounts all frames, tables, stores and regions. `holders` adds what the rest
 * of the kernel holds, by calling audit_hold for each frame.
 * => the number of defects found; each is printed */
int audit(void (*holders)(void));
void audit_hold(struct frame *f);
