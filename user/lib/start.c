/*
 * From the initial stack to main.
 *
 * Owns: environ, the auxiliary vector, the program's name.
 *
 * The stack as the kernel leaves it (System V ABI 3.4.1), low addresses first:
 *
 *	rsp -> argc | argv[0] .. argv[argc-1] | NULL |
 *	       envp[0] .. | NULL | auxv: (type, value) pairs .. | (AT_NULL, 0)
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "libc.h"
#include "thread.h"

typedef void (*hook)(void);

char **environ;
char *program_invocation_name;
char *program_invocation_short_name;

static const unsigned long *auxv;
static const hook *fini_first, *fini_end;

int __libc_start_main(long *stack, int (*main)(int, char **, char **),
		      const hook *init, const hook *init_end, const hook *fini,
		      const hook *fini_stop);

long
__result(long answer)
{
	if ((unsigned long)answer > -4096UL) {
		errno = (int)-answer;
		return -1;
	}
	return answer;
}

static char *
last_name(char *path)
{
	char *name = path;

	for (; *path; path++)
		if (*path == '/')
			name = path + 1;
	return name;
}

void
__start(long *stack)
{
	char **argv = (char **)(stack + 1);
	char **end = argv + stack[0] + 1;
	static char nameless[] = "";

	environ = end;
	while (*end)
		end++;
	auxv = (const unsigned long *)(end + 1);
	program_invocation_name = stack[0] > 0 ? argv[0] : nameless;
	program_invocation_short_name = last_name(program_invocation_name);
}

unsigned long
getauxval(unsigned long type)
{
	for (const unsigned long *a = auxv; a[0] != AT_NULL; a += 2)
		if (a[0] == type)
			return a[1];
	errno = ENOENT;
	return 0;
}

static void
run_destructors(void)
{
	const hook *h = fini_end;

	while (h > fini_first)
		(*--h)();
}

/* Called by crt1.asm: the program's constructors, main, exit. */
int
__libc_start_main(long *stack, int (*main)(int, char **, char **),
		  const hook *init, const hook *init_end, const hook *fini,
		  const hook *fini_stop)
{
	__start(stack);
	__thread_start();
	fini_first = fini;
	fini_end = fini_stop;
	atexit(run_destructors);
	while (init < init_end)
		(*init++)();
	exit(main((int)stack[0], (char **)(stack + 1), environ));
}
