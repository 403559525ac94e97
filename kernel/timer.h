/*
 * Time: a 100 Hz tick (PIT channel 0) and the time stamp counter between.
 */
#pragma once

#include "kernel/types.h"

enum {
	TIMER_HZ = 100,
};

/* Starts the tick and measures the time stamp counter (2 ms). */
void timer_init(void);
/* Nanoseconds since timer_init; never goes back. */
uint64_t timer_now(void);
/* Nanoseconds since 1970. */
uint64_t timer_real(void);
/* Seconds between 1970 and timer_init, from the CMOS clock. */
uint64_t timer_boot_time(void);
