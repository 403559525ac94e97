/*
 * Process 1 of a boot of its own: a child takes nearly all memory and sleeps;
 * then somebody needs some. Ends with 0 if they got it and the child is gone.
 * The argument says who:
 *
 *	(none)	process 1
 *	dying	process 1, when it has killed the child itself
 *	other	another child, when that has killed it
 */
#include "pages.h"

enum {
	LEFT = 20,  /* frames that the child leaves */
	NEED = 100, /* pages that are written */
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

/* The child still has all its memory when this one needs it. */
static int
kill_and_touch(void *child)
{
	volatile char *p = new_pages(NEED);

	kill(*(pid_t *)child, SIGKILL);
	touch(p, NEED);
	return 0;
}

int
main(int argc, char *argv[])
{
	volatile int *ready = (volatile int *)shared_pages(1);
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(devour((void *)(uintptr_t)ready));
	while (!*ready)
		sleep_ms(10);
	if (argc > 1 && strcmp(argv[1], "other") == 0)
		need(run(kill_and_touch, &child) == 0, "the other child");
	else if (argc > 1)
		kill_and_touch(&child);
	else
		touch(new_pages(NEED), NEED);
	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
			       WTERMSIG(status) == SIGKILL
		       ? 0
		       : 1;
}
