/*
 * The recount: every invariant of mm/ checked from scratch.
 */
#pragma once

#include "kernel/types.h"

struct frame;
struct space;

/* Recounts all frames, tables, stores and regions. `holders` adds what the rest
 * of the kernel holds, by calling audit_hold for each frame, and
 * returns the defects that it sees itself.
 * => the number of defects found; each is printed */
int audit(int (*holders)(void));
void audit_hold(struct frame *f);
/* What can be said of one page without counting: its walk, and its rights. */
int audit_page(struct space *s, vaddr_t va);
