/*
 * Process 1 of a kernel made with INJECT=1: runs programs, one request for
 * memory failing in each run, and looks at what is left.
 *
 *	helper-inject HOW LIST
 *
 * HOW: `once` fails the n-th request for n = 1, 2, ... until the program ends
 * before it gets there; `onward` fails all from the n-th on; `new` fails each
 * time the first one that comes from where none has failed yet in this boot.
 * LIST: a file with a program and its arguments in each line; behind a tab what
 * it reads, if anything.
 *
 * After each run: no process is left, as many frames are free and as many kernel
 * objects exist as before, the audit is content, and another program works. A
 * run that does not end is ended: a program may wait for ever for what it could
 * not get.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pages.h"

enum {
	STEP_MS = 50,
	PATIENCE_MS = 1000, /* for a run in which a request has failed */
	TIMEOUT_MS = 60000, /* for any run */
	WORDS = 16,
	DENSE = 1000, /* beyond, not every n, but every 1/64 further on */
};

static char *variables[] = {(char[]){"PATH=/bin:/test"}, NULL};
static int point_count, failures;
static long runs, injections, given_up;

static void
say_totals(void)
{
	printf("# %ld runs, %ld injections, %ld ended by force\n", runs,
	       injections, given_up);
	fflush(stdout);
}

/* ---- One run ---------------------------------------------------------------- */

static int
input(const char *text)
{
	int ends[2];

	if (!text)
		return open("/dev/null", O_RDONLY);
	need(pipe(ends) == 0 && write(ends[1], text, strlen(text)) ==
					(ssize_t)strlen(text),
	     "input");
	close(ends[1]);
	return ends[0];
}

static void
become(const char *program, unsigned long n, int mode)
{
	static char words[400];
	char *argv[WORDS] = {0}, *text;
	sigset_t none;

	strlcpy(words, program, sizeof(words));
	text = strchr(words, '\t');
	if (text)
		*text++ = '\0';
	argv[0] = strtok(words, " ");
	for (int i = 1; i < WORDS - 1 && argv[i - 1]; i++)
		argv[i] = strtok(NULL, " ");
	setpgid(0, 0);
	chdir("/tmp");
	dup2(input(text), 0);
	dup2(open("/dev/null", O_RDWR), 1);
	dup2(1, 2);
	for (int fd = 3; fd < 10; fd++)
		close(fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fail_nth(n, mode);
	execve(argv[0], argv, variables);
	_exit(127);
}

/* Waits until pid has ended, but not for ever. => its status, -1: not ended */
static int
meet(pid_t pid)
{
	const struct timespec step = {0, STEP_MS * 1000000};
	int status, total = 0, failed = 0;
	sigset_t child;
	pid_t dead;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while ((dead = waitpid(-1, &status, WNOHANG)) != pid) {
		if (dead > 0 || sigtimedwait(&child, NULL, &step) > 0)
			continue;
		total += STEP_MS;
		failed += fail_nth(0, FAIL_WHICH) ? STEP_MS : 0;
		if (failed > PATIENCE_MS || total > TIMEOUT_MS)
			return -1;
	}
	return status;
}

static void
bury(void)
{
	static struct psinfo p;

	for (pid_t pid = 2; psinfo(pid, &p) == 0; pid = p.pid + 1)
		kill(p.pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* What a program has left behind, however deep that lies. */
static void
empty(int at, const char *name, const char *keep)
{
	DIR *dir = fdopendir(openat(at, name, O_RDONLY | O_DIRECTORY));
	struct dirent *entry;
	char word[300];

	while (dir && (entry = readdir(dir))) {
		snprintf(word, sizeof(word), " %s ", entry->d_name);
		if (strstr(keep, word))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0 &&
		    entry->d_type == DT_DIR) {
			empty(dirfd(dir), entry->d_name, " . .. ");
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
		}
	}
	if (dir)
		closedir(dir);
}

/* What must be the same after a run as before it. */
struct world {
	long frames, objects;
};

static struct world
world(void)
{
	const struct timespec now = {0};
	sigset_t child;

	/* What a child's end says is an object, for as long as nobody asks. */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (sigtimedwait(&child, NULL, &now) > 0)
		;
	empty(AT_FDCWD, "/tmp", " . .. ");
	empty(AT_FDCWD, "/", " . .. bin dev etc lib proc test tmp ");
	fail_nth(0, FAIL_END);
	return (struct world){frames(MEM_FREE), fail_nth(0, FAIL_OBJECTS)};
}

static int
same(struct world a, struct world b)
{
	return a.frames == b.frames && a.objects == b.objects;
}

static int
control(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execve("/bin/true", (char *[]){(char[]){"true"}, NULL}, NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* => how many requests failed, or -1: what is left is not as it must be */
static long
run_once(const char *program, unsigned long n, int mode, const char **why)
{
	static struct psinfo p;
	pid_t pid = fork();
	int status;
	long failed;

	if (pid == 0)
		become(program, n, mode);
	status = meet(pid);
	given_up += status == -1;
	bury();
	failed = fail_nth(0, FAIL_END);
	runs++;
	injections += failed > 0;
	if (runs % 256 == 0)
		say_totals();
	*why = NULL;
	if (psinfo(2, &p) == 0)
		*why = "a process is left";
	else if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		*why = "the program is not there";
	else if (!failed && status == -1)
		*why = "the program does not end";
	else if (quire_audit() != 0)
		*why = "the audit finds defects";
	else if (!control())
		*why = "another program does not work";
	return failed;
}

/* The same, and nothing is lost: what a first run changes for good (a table for
 * more kernel stacks, say), a second one does not. */
static long
run_checked(const char *program, unsigned long n, int mode, const char **why)
{
	static struct world settled;
	static char text[100];
	long failed = run_once(program, n, mode, why);
	struct world now = world();

	if (mode & FAIL_NEW)
		n = (unsigned long)fail_nth(0, FAIL_WHICH);
	for (int i = 0; i < 3 && !*why && !same(now, settled); i++) {
		settled = now;
		run_once(program, n, mode & ~FAIL_NEW, why);
		now = world();
	}
	if (!*why && !same(now, settled)) {
		snprintf(text, sizeof(text), "frames %+ld, objects %+ld",
			 now.frames - settled.frames,
			 now.objects - settled.objects);
		*why = text;
	}
	settled = now;
	return failed;
}

/* ---- All of them ------------------------------------------------------------ */

static void
test(const char *program, int mode)
{
	const long runs_before = runs, injections_before = injections;
	const char *why;
	unsigned long n = 0;
	long failed;

	do {
		n += n < DENSE ? 1 : n / 64;
		failed = run_checked(program, n, mode, &why);
	} while (failed > 0 && !why);
	printf("%s %d - %s: %ld runs, %ld injections", why ? "not ok" : "ok",
	       ++point_count, program, runs - runs_before,
	       injections - injections_before);
	if (why)
		printf(": %s, request %lu", why, n);
	printf("\n");
	fflush(stdout);
	if (why)
		fail_nth(0, FAIL_TELL);
	failures += why != NULL;
	say_totals();
}

int
main(int argc, char *argv[])
{
	int mode = FAIL_CHILDREN;
	FILE *list = argc == 3 ? fopen(argv[2], "r") : NULL;
	static char line[400];
	sigset_t child;

	if (!list || fail_nth(0, FAIL_END) < 0)
		return 2;
	if (strcmp(argv[1], "new") == 0)
		mode |= FAIL_NEW;
	if (strcmp(argv[1], "onward") == 0)
		mode |= FAIL_ONWARD;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		test(line, mode);
	}
	printf("1..%d\n", point_count);
	return failures ? 1 : 0;
}
