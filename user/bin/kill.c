/*
 * kill [-SIGNAL] PID...: a signal by number or name, SIGTERM if none is named.
 * A negative PID is a process group; put "--" before it.
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	char name[6];
	int number;
} signals[] = {
	{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},
	{"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2},
	{"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CONT", SIGCONT},
	{"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
};

/* => -1: there is none of that name */
static int
find(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return isdigit((unsigned char)*name) ? atoi(name) : -1;
}

int
main(int argc, char *argv[])
{
	int number = SIGTERM, failed = 0, i = 1;

	if (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0)
		number = find(argv[i++] + 1);
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (number < 0 || i == argc) {
		fprintf(stderr, "usage: kill [-SIGNAL] PID...\n");
		return 2;
	}
	for (; i < argc; i++) {
		char *end;
		long pid = strtol(argv[i], &end, 10);

		errno = ESRCH;
		if (*end || end == argv[i] || kill((pid_t)pid, number) < 0) {
			fprintf(stderr, "kill: %s: %s\n", argv[i],
				strerror(errno));
			failed = 1;
		}
	}
	return failed;
}
