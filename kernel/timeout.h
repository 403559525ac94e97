/*
 * Something to do at a time: a sleeper to wake, an alarm to ring.
 */
#pragma once

#include "kernel/types.h"
#include "mm/tree.h"

struct timeout {
	struct tree_node node;		   /* while it is set */
	uint64_t when;			   /* monotonic ns; 0: not set */
	void (*expire)(struct timeout *t); /* called once, no longer set */
};

#define TIMEOUT_NEVER UINT64_MAX

/* Sets t, which was not, to expire at `when`; for TIMEOUT_NEVER does nothing. */
void timeout_set(struct timeout *t, uint64_t when);
/* => t may also not be set */
void timeout_cancel(struct timeout *t);
/* Expires those whose time has come. */
void timeout_run(uint64_t now);
