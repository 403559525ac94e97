/*
 * Time: a 100 Hz tick (PIT channel 0) and the time stamp counter between.
 */
#pragma once

#include "kernel/types.h"

enum {
	TIMER_HZ = 100, /* and USER_HZ, what programs know as a tick */
	NS_PER_TICK = NS_PER_SECOND / TIMER_HZ,
};

/* Starts the tick and measures the time stamp counter (2 ms). */
void timer_init(void);
/* How long so many cycles of the time stamp counter take. */
uint64_t timer_ns(uint64_t cycles);
/* Nanoseconds since timer_init; never goes back. */
uint64_t timer_now(void);
/* Nanoseconds since 1970. */
uint64_t timer_real(void);
/* The same when the last tick was. */
uint64_t timer_real_tick(void);
/* Tells that a tick has come. => timer_now() */
uint64_t timer_tick(void);
/* Seconds between 1970 and timer_init, from the CMOS clock. */
uint64_t timer_boot_time(void);
