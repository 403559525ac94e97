/*
 * Process 1 of a boot of its own: a child takes nearly all memory and sleeps;
 * then process 1 needs some. Ends with 0 if it got it and the child is gone.
 */
#include "pages.h"

enum {
	LEFT = 20,  /* frames that the child leaves */
	NEED = 100, /* pages that process 1 writes */
};

static int
devour(void *ready)
{
	while (frames(MEM_FREE) > LEFT)
		touch(new_pages(1), 1);
	*(volatile int *)ready = 1;
	sleep(1000);
	return 0;
}

int
main(void)
{
	volatile int *ready = (volatile int *)shared_pages(1);
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(devour((void *)(uintptr_t)ready));
	while (!*ready)
		sleep_ms(10);
	touch(new_pages(NEED), NEED);
	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
			       WTERMSIG(status) == SIGKILL
		       ? 0
		       : 1;
}
