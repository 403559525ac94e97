/*
 * System calls, page faults and signals without end: until a line comes on
 * standard input. For tests that disturb the kernel meanwhile. Says how many
 * rounds there were and how many went wrong.
 */
#include <poll.h>

#include "process.h"

static volatile int signals;

static void
count_signal(int signal)
{
	(void)signal;
	signals++;
}

/* => whether all was as it should be */
static int
round_trip(volatile char *page, pid_t pid)
{
	int before = signals;

	madvise((void *)(uintptr_t)page, 4096, MADV_DONTNEED);
	if (getpid() != pid || *page != 0)
		return 0;
	*page = 1;
	raise(SIGUSR1);
	return *page == 1 && signals == before + 1;
}

int
main(void)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	volatile char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid = getpid();
	long rounds = 0, wrong = 0;

	need(page != MAP_FAILED, "mmap");
	signal(SIGUSR1, count_signal);
	while (poll(&input, 1, 0) == 0)
		for (int i = 0; i < 100; i++, rounds++)
			wrong += !round_trip(page, pid);
	printf("%ld rounds, %ld wrong\n", rounds, wrong);
	return wrong || rounds == 0;
}
