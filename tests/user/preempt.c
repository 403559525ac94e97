/*
 * A process that never enters the kernel does not stop the others.
 */
#include "process.h"

static volatile long *counter;

static int
count_up(void *slot)
{
	volatile long *mine = slot;

	while (1)
		++*mine;
	return 0;
}

static int
check_registers(void *unused)
{
	unsigned long sum = 0;

	(void)unused;
	/* What the compiler keeps in registers here must survive. */
	for (unsigned long i = 0; i < 20000000; i++)
		sum = (sum ^ i) * 3;
	return sum == 0;
}

int
main(void)
{
	pid_t a, b;
	long x, y;

	counter = shared_pages(1);
	a = start(count_up, (void *)(uintptr_t)&counter[0]);
	b = start(count_up, (void *)(uintptr_t)&counter[64]);
	sleep_ms(300);
	x = counter[0];
	y = counter[64];
	ok(x > 0 && y > 0, "two loops without system calls both run");
	ok(x / 20 < y && y / 20 < x, "about as much");
	diag("%ld and %ld rounds", x, y);
	sleep_ms(50);
	ok(counter[0] > x, "and go on");
	is(ending(run(check_registers, NULL)), 0, "beside a third");
	stop(a);
	x = counter[0];
	sleep_ms(50);
	is(counter[0], x, "a killed one has stopped");
	stop(b);
	return done();
}
