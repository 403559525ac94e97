/* Futexes: what every lock of a C library waits on. */
#include <sys/mman.h>

#include "thread.h"

enum {
	WAIT = 0,
	WAKE = 1,
	REQUEUE = 3,
	CMP_REQUEUE = 4,
	WAIT_BITSET = 9,
	PRIVATE = 128,
};

static volatile int done;

static long
futex(volatile int *word, int operation, int value, const struct timespec *t)
{
	return syscall(SYS_futex, word, operation, value, t, NULL, 0);
}

static volatile int word;

static void *
wake_later(void *operation)
{
	sleep_ms(30);
	word = 1;
	check(futex(&word, WAKE | (int)(intptr_t)operation, 1, NULL));
	return NULL;
}

CASE(futex_wait_and_wake)
{
	pthread_t thread = begin(wake_later, (void *)PRIVATE);

	while (word == 0)
		futex(&word, WAIT | PRIVATE, 0, NULL);
	finish_thread(thread);
	show(word);
	show(futex(&word, WAKE, 1, NULL));
	show(futex(&word, WAIT, 0, NULL)); /* it is 1 by now */
}

CASE(futex_errors)
{
	struct timespec t = {0, 1000000000};

	show(futex(BAD, WAIT, 0, NULL));
	show(futex(BAD, WAKE, 1, NULL));
	show(futex((int *)((char *)&word + 1), WAIT, 0, NULL));
	show(futex((int *)((char *)&word + 1), WAKE, 1, NULL));
	show(futex(&word, WAIT, 0, &t));
	t.tv_nsec = 10000000;
	show(futex(&word, WAIT, 0, &t));
	show(futex(&word, WAIT | PRIVATE, 0, &t));
	show(futex(&word, WAIT, 5, &t));
	show(futex(&word, WAIT, 0, BAD));
	show(futex(&word, 99, 0, NULL));
	show(syscall(SYS_futex, &word, WAIT_BITSET, 0, NULL, NULL, 0));
	show(syscall(SYS_futex, (int *)-4096, WAKE, 1, NULL, NULL, 0));
}

static volatile int *shared;

static void
wait_in_child(void)
{
	while (*shared == 0)
		futex(shared, WAIT, 0, NULL);
	show(*shared);
}

CASE(futex_between_processes)
{
	pid_t pid;
	long woken;

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = start(wait_in_child);
	until_asleep(pid);
	*shared = 3;
	woken = futex(shared, WAKE, 10, NULL);
	finish(pid); /* which prints, too */
	show(woken);
}

static void *
wait_on_word(void *unused)
{
	while (!done)
		futex(&word, WAIT | PRIVATE, 0, NULL);
	return unused;
}

static long
requeue(volatile int *from, int wake, volatile int *to, int expected)
{
	return syscall(SYS_futex, from, CMP_REQUEUE | PRIVATE, wake, 10L, to,
		       expected);
}

CASE(futex_requeues)
{
	static volatile int line, other;
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		threads[i] = begin(wait_on_word, NULL);
	for (long waiting = 0; waiting < 3; sleep_ms(1))
		waiting += requeue(&word, 0, &line, 0);
	done = 1;
	show(requeue(&line, 1, &other, 9));
	show(requeue(&line, 1, &other, 0));
	show(futex(&line, WAKE | PRIVATE, 10, NULL));
	show(futex(&other, WAKE | PRIVATE, 10, NULL));
	for (int i = 0; i < 3; i++)
		finish_thread(threads[i]);
}
