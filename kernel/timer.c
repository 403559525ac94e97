/*
 * Time from three clocks that every PC has: the PIT ticks, the time stamp
 * counter measures, the CMOS clock knows the date.
 *
 * Owns: PIT channels 0 and 2, the CMOS clock.
 */
#include "kernel/timer.h"

#include "kernel/cpu.h"
#include "kernel/idt.h"

enum {
	PIT_HZ = 1193182,
	PIT_CHANNEL0 = 0x40,
	PIT_CHANNEL2 = 0x42,
	PIT_COMMAND = 0x43,
	PIT_GATE2 = 0x61, /* bit 0 starts channel 2, bit 5 its output */
	MEASURE_HZ = 500, /* one 500th of a second: 2 ms */
	MEASUREMENTS = 5,
	TRIES = 10000000, /* in case channel 2 never ends */

	CMOS_INDEX = 0x70,
	CMOS_DATA = 0x71,
	CMOS_UPDATING = 0x80, /* in register 10 */
	CMOS_BINARY = 0x04,   /* in register 11 */
	CMOS_24_HOURS = 0x02,
};

static uint64_t start_cycles;
static uint64_t ns_per_cycle; /* 32.32 fixed point */
static uint64_t boot_time;
static uint64_t last_tick; /* ns since 1970 */

/* Counts cycles while channel 2 counts down 2 ms, or longer if the emulator has
 * to wait for a processor meanwhile. */
static uint64_t
measure_once(void)
{
	uint16_t count = PIT_HZ / MEASURE_HZ;
	uint64_t start;

	cpu_out8(PIT_GATE2, (uint8_t)((cpu_in8(PIT_GATE2) & ~2) | 1));
	cpu_out8(PIT_COMMAND, 0xb0); /* channel 2, one shot */
	cpu_out8(PIT_CHANNEL2, (uint8_t)count);
	start = cpu_cycles();
	cpu_out8(PIT_CHANNEL2, (uint8_t)(count >> 8));
	for (int i = 0; i < TRIES && !(cpu_in8(PIT_GATE2) & 0x20); i++)
		;
	return cpu_cycles() - start;
}

/* Every disturbance makes a measurement longer: the shortest one is right. */
static uint64_t
measure_cycles(void)
{
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < MEASUREMENTS; i++)
		shortest = min_u64(shortest, measure_once());
	return shortest;
}

static uint8_t
cmos(uint8_t index)
{
	cpu_out8(CMOS_INDEX, index);
	return cpu_in8(CMOS_DATA);
}

static unsigned
decimal(uint8_t value, uint8_t mode)
{
	return mode & CMOS_BINARY ? value
				  : (unsigned)(value >> 4) * 10 + (value & 15);
}

/* Days between 1970-01-01 and a date of the Gregorian calendar: years that begin
 * in March have the leap day at their end. */
static uint64_t
days_since_1970(unsigned year, unsigned month, unsigned day)
{
	uint64_t y = month > 2 ? year : year - 1;
	uint64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static uint64_t
read_cmos_clock(void)
{
	uint8_t mode = cmos(11), hour;
	uint64_t days;

	for (int i = 0; i < TRIES / 100 && (cmos(10) & CMOS_UPDATING); i++)
		;
	hour = cmos(4);
	days = days_since_1970(2000 + decimal(cmos(9), mode),
			       decimal(cmos(8), mode), decimal(cmos(7), mode));
	return days * 86400 + decimal(hour & 0x7f, mode) % 24 * 3600 +
	       (mode & CMOS_24_HOURS || !(hour & 0x80) ? 0 : 43200) +
	       decimal(cmos(2), mode) * 60 + decimal(cmos(0), mode);
}

void
timer_init(void)
{
	uint16_t count = PIT_HZ / TIMER_HZ;
	uint64_t cycles = measure_cycles();

	ns_per_cycle =
		((NS_PER_SECOND / MEASURE_HZ) << 32) / max_u64(cycles, 1);
	start_cycles = cpu_cycles();
	boot_time = read_cmos_clock();
	timer_tick();
	cpu_out8(PIT_COMMAND, 0x34); /* channel 0, rate generator */
	cpu_out8(PIT_CHANNEL0, (uint8_t)count);
	cpu_out8(PIT_CHANNEL0, (uint8_t)(count >> 8));
	irq_enable(IRQ_TIMER);
}

uint64_t
timer_ns(uint64_t cycles)
{
	uint64_t high = cycles >> 32, low = cycles & UINT32_MAX;

	return high * ns_per_cycle + (low * (ns_per_cycle >> 32)) +
	       ((low * (ns_per_cycle & UINT32_MAX)) >> 32);
}

uint64_t
timer_now(void)
{
	return timer_ns(cpu_cycles() - start_cycles);
}

uint64_t
timer_real(void)
{
	return boot_time * NS_PER_SECOND + timer_now();
}

uint64_t
timer_real_tick(void)
{
	return last_tick;
}

uint64_t
timer_tick(void)
{
	last_tick = timer_real();
	return timer_now();
}

uint64_t
timer_boot_time(void)
{
	return boot_time;
}
