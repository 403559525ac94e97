/*
 * A machine for mm/ to run on: some megabytes of physical memory that begin
 * with a module, frames that run out on demand, a panic that fails the test
 * (or is what expect_assert_failure() wants).
 */
#pragma once

#include "kernel/types.h"

enum {
	MACHINE_FRAMES = 4096,
	MODULE_FRAME = 1, /* number of the first frame of the module */
	MODULE_FRAMES = 64,
};

/* Physical memory, free but for frame 0 and the module, and the kernel's root.
 * => once in an executable; boots nothing the second time */
void machine_boot(void);
/* The bytes that the boot loader left, page aligned. */
char *machine_module(void);

/* The n-th frame allocation from now on fails, and if `sticky` all after it;
 * 0: none does. */
void machine_fail(unsigned n, bool sticky);
/* Whether an allocation has failed since, and how many were asked for. */
bool machine_failed(void);
unsigned machine_asked(void);

/* What print() or panic() said last. */
const char *machine_said(void);
/* The last event, if events_on. */
const char *machine_event(void);
/* Whether print() is silent: what audit() says of planted defects would alarm
 * a reader. */
void machine_quiet(bool quiet);
