/*
 * execve: what the new program is given, what it keeps, and the limits.
 */
#include <fcntl.h>
#include <sys/wait.h>

#include "pages.h"

static char program[] = "/test/helper-arguments";
static char *no_environment[] = {NULL};

/* => the status of helper-arguments, or 200 + errno */
static int
try(char *const argv[], char *const envp[])
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0) {
		execve(program, argv, envp);
		_exit(200 + errno);
	}
	return ending(finish(pid));
}

static int
ask(const char *what, const char *argument)
{
	static char buf[3][32];

	snprintf(buf[0], 32, "%s", what);
	snprintf(buf[1], 32, "%s", argument);
	return try((char *[]){program, buf[0], buf[1], NULL}, no_environment);
}

static char *
long_string(size_t size)
{
	char *s = malloc(size + 1);

	need(s != NULL, "malloc");
	memset(s, 'x', size);
	s[size] = 0;
	return s;
}

static void
vectors(void)
{
	static char count[] = "count", a_b[] = "A=b", what[] = "environment";
	static char *many[202];

	for (int i = 0; i < 200; i++)
		many[i] = count;
	is(try(many, no_environment), 200, "200 arguments arrive");
	is(try((char *[]){program, what, NULL}, (char *[]){a_b, NULL}), 1,
	   "the environment arrives");
	is(ask("auxiliary", ""), 1, "the auxiliary vector is as it should be");
	is(try(NULL, NULL), 11, "NULL arguments: argc is 1, argv[0] empty");
	is(try(no_environment, NULL), 11, "no arguments: the same");
}

static void
limits(void)
{
	static char length[] = "length";
	static char *many[102];
	char *s = long_string(100 * 1024);

	is(try((char *[]){program, length, s, NULL}, no_environment), 100,
	   "an argument of 100 KiB arrives");
	free(s);
	s = long_string(131072);
	is(try((char *[]){program, length, s, NULL}, no_environment),
	   200 + E2BIG, "an argument of 128 KiB is E2BIG");
	s[131071] = 0;
	is(try((char *[]){program, length, s, NULL}, no_environment), 127,
	   "one byte less arrives");
	s[30 * 1024] = 0;
	many[0] = program;
	many[1] = length;
	for (int i = 2; i < 101; i++)
		many[i] = s;
	is(try(many, no_environment), 200 + E2BIG,
	   "3 MB of arguments are E2BIG");
	many[40] = NULL;
	is(try(many, no_environment), 30, "1.1 MB of arguments arrive");
	free(s);
}

static void
kept_and_lost(void)
{
	char number[16];
	int fd = open("/etc/motd", O_RDONLY), kept;

	snprintf(number, sizeof(number), "%d", getpid());
	is(ask("parent", number), 1, "the process stays the same child");
	kept = dup(fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	snprintf(number, sizeof(number), "%d", fd);
	is(ask("closed", number), 1, "a close-on-exec file is closed");
	snprintf(number, sizeof(number), "%d", kept);
	is(ask("closed", number), 0, "others stay open");
	close(fd);
	close(kept);
	need(chdir("/bin") == 0, "chdir");
	is(ask("directory", ""), 1, "the current directory is kept");
	need(chdir("/") == 0, "chdir");
}

static void
memory_is_given_back(void)
{
	volatile char *p = new_pages(2000);
	static char sleeper[] = "/bin/sleep", forever[] = "1000";
	long before, with_pages;
	pid_t pid;

	before = frames(MEM_FREE);
	pid = fork();
	if (pid == 0) {
		touch(p, 2000);
		execve(sleeper, (char *[]){sleeper, forever, NULL}, environ);
		_exit(127);
	}
	settle(pid, "sleep");
	with_pages = before - frames(MEM_FREE);
	ok(with_pages < 100, "execve gives the old program's 2,000 pages back");
	diag("/bin/sleep takes %ld frames", with_pages);
	stop(pid);
}

int
main(void)
{
	vectors();
	limits();
	kept_and_lost();
	memory_is_given_back();
	return done();
}
