/*
 * Commands that must be the shell itself: they change it, or know what only it
 * knows.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

static int
change_directory(char **argv)
{
	const char *path = argv[1] ? argv[1] : variable("HOME", 4);

	if (chdir(path) == 0)
		return 0;
	fprintf(stderr, "sh: cd: %s: %s\n", path, strerror(errno));
	return 1;
}

static int
print_directory(char **argv)
{
	static char cwd[PATH_MAX];

	(void)argv;
	return puts(getcwd(cwd, sizeof(cwd)) ? cwd : "?") < 0;
}

static int
leave_shell(char **argv)
{
	leave(argv[1] ? atoi(argv[1]) : status);
}

/* export, unset: whatever has a name. */
static int
change_variables(char **argv)
{
	bool export = *argv[0] == 'e';
	int failed = 0;

	if (export && !argv[1])
		for (char **e = environment(); *e; e++)
			puts(*e);
	while (*++argv) {
		size_t n = name_length(*argv);

		if (!n || ((*argv)[n] && !(export && (*argv)[n] == '='))) {
			fprintf(stderr, "sh: '%s' is not a name\n", *argv);
			failed = 1;
		} else if (export) {
			assign(*argv, true);
		} else {
			unset(*argv);
		}
	}
	return failed;
}

static int
help(char **argv)
{
	(void)argv;
	puts("Commands of the shell: cd exit export help pwd unset; and for\n"
	     "what runs: jobs, fg, bg, wait (and kill). Programs: try ls /bin.\n"
	     "Between commands: | && || ; & and around them ( ). Redirect\n"
	     "with < > >> 2> 2>&1. Words: $NAME $? $$ $! * ? [a-z] ' \" \\\n"
	     "To see memory: ps, free, vmmap PID, pagewalk PID ADDRESS.\n"
	     "To see the claims: demo-linking demo-loading demo-sharing\n"
	     "demo-allocation demo-fork demo-pager. Faults explained: crash.\n"
	     "poweroff ends.");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(char **argv);
} commands[] = {
	{"bg", job_resume},	     {"cd", change_directory},
	{"exit", leave_shell},	     {"export", change_variables},
	{"fg", job_resume},	     {"help", help},
	{"jobs", job_list},	     {"pwd", print_directory},
	{"unset", change_variables}, {"wait", job_wait_for},
};

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static int
find(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return i;
	return -1;
}

bool
is_builtin(const char *name)
{
	return find(name) >= 0;
}

int
run_builtin(char **argv)
{
	return commands[find(argv[0])].run(argv);
}
