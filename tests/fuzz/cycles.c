/*
 * fork, exec, exit, wait, over and over: a static program, now and then a
 * dynamic one. Nothing may remain of any of them.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

enum {
	DYNAMIC = 50, /* one in so many is */
	STATUS = 7,   /* that both end with */
};

static int
cycle(const char *path)
{
	char *const argv[] = {(char[]){"x"}, (char[]){"7"}, NULL};
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, argv + 2);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFEXITED(status) && WEXITSTATUS(status) == STATUS;
}

static long
run(uint64_t seed, long size)
{
	long done = 0;

	(void)seed;
	for (long i = 0; i < size; i++)
		done += cycle(i % DYNAMIC ? "/fuzz/nothing"
					  : "/test/helper-exit");
	if (done < size)
		fuzz_found("%ld of %ld cycles failed", size - done, size);
	return done;
}

int
main(int argc, char *argv[])
{
	static const struct fuzzer f = {"cycles", run, NULL};

	return fuzz(&f, argc, argv);
}
