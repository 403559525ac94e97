/*
 * Runs as process 1: every program of /test, each as one point with a subtest.
 *
 * After each it demands that the machine is as it was: the same number of frames
 * free, no process left, the audit content. What the kernel keeps for good does
 * not count: a slot for each page of a file that somebody touched (so every page
 * of every file is touched before the first test), and tables for as many kernel
 * stacks as there ever were. A test after which frames are missing is therefore
 * run again, silently, and again: a leak takes as many each time, and how many
 * stacks there are at once depends on the timer.
 *
 * Invariants: the runner itself allocates nothing between two counts.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pages.h"

enum {
	MAX = 256,
	AGAIN = 3,
};

static char *names[MAX];
static int name_count;
static int count, failures;
static char *environment[] = {
	(char[]){"PATH=/bin:/test"},
	(char[]){"TAP_INDENT=    "},
	NULL,
};

static void
point(int holds, const char *name, const char *why)
{
	count++;
	failures += !holds;
	printf("%s %d - %s%s%s\n", holds ? "ok" : "not ok", count, name,
	       *why ? ": " : "", why);
	fflush(stdout);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
is_test(const char *name)
{
	return name[0] != '.' && strcmp(name, "runner") &&
	       strncmp(name, "helper-", 7);
}

static void
find_tests(void)
{
	DIR *dir = opendir("/test");
	struct dirent *entry;

	need(dir != NULL, "/test");
	while ((entry = readdir(dir)) && name_count < MAX)
		if (is_test(entry->d_name))
			names[name_count++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, (size_t)name_count, sizeof(names[0]), compare);
}

static void
touch_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	volatile char *p;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || !st.st_size) {
		close(fd);
		return;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED, path);
	for (off_t i = 0; i < st.st_size; i += PAGE)
		(void)p[i];
	munmap((void *)(uintptr_t)p, (size_t)st.st_size);
	close(fd);
}

static void
touch_files(const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	static char path[300];

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		touch_file(path);
	}
	closedir(dir);
}

/* Buries what the test left: processes that have ended, and, after a second,
 * those that have not. => how many had to be killed */
static int
bury(void)
{
	static struct psinfo p;
	int killed = 0, wait_ms = 1000;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (pid > 0)
			continue;
		if (wait_ms > 0) {
			sleep_ms(10);
			wait_ms -= 10;
			continue;
		}
		for (pid = 2; psinfo(pid, &p) == 0; pid = p.pid + 1)
			if (p.state != 'Z' && kill(p.pid, SIGKILL) == 0)
				killed++;
		wait_ms = 100;
	}
	return killed;
}

/* Runs a program and says what was wrong with its ending. */
static int
run_test(const char *name, int silent, char *why, size_t size)
{
	static char path[300];
	int status = -1;
	pid_t pid;

	snprintf(path, sizeof(path), "/test/%s", name);
	pid = fork();
	if (pid == 0) {
		if (silent)
			dup2(open("/dev/null", O_RDWR), 1);
		execve(path, (char *[]){path, NULL}, environment);
		perror(path);
		_exit(127);
	}
	while (waitpid(-1, &status, 0) != pid)
		;
	if (WIFSIGNALED(status))
		snprintf(why, size, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		snprintf(why, size, "status %d", WEXITSTATUS(status));
	return status == 0;
}

/* What the use of memory says about the time since `before`. => all well */
static int
check_memory(const struct meminfo *before, const struct meminfo *after,
	     char *why, size_t size)
{
	long lost = (long)(before->frames[MEM_FREE] - after->frames[MEM_FREE]);

	if (lost <= 0)
		return 1;
	snprintf(why, size,
		 "lost %ld frames (%+ld tables, %+ld heap, %+ld stacks, "
		 "%+ld pages)",
		 lost,
		 (long)(after->frames[MEM_TABLE] - before->frames[MEM_TABLE]),
		 (long)(after->frames[MEM_HEAP] - before->frames[MEM_HEAP]),
		 (long)(after->frames[MEM_STACK] - before->frames[MEM_STACK]),
		 (long)(after->frames[MEM_PAGE] - before->frames[MEM_PAGE]));
	return 0;
}

static void
test(const char *name)
{
	static struct meminfo before, after;
	static char why[200];
	int fine, left, defects;

	why[0] = 0;
	printf("# Subtest: %s\n", name);
	fflush(stdout);
	look(&before);
	fine = run_test(name, 0, why, sizeof(why));
	left = bury();
	look(&after);
	for (int again = 0; again < AGAIN && fine &&
			    after.frames[MEM_FREE] < before.frames[MEM_FREE];
	     again++) {
		before = after;
		run_test(name, 1, why, sizeof(why));
		bury();
		look(&after);
	}
	defects = quire_audit();
	if (fine && left) {
		fine = 0;
		snprintf(why, sizeof(why), "left %d processes running", left);
	}
	if (fine)
		fine = check_memory(&before, &after, why, sizeof(why));
	if (defects) {
		fine = 0;
		snprintf(why, sizeof(why), "the audit found %d defects",
			 defects);
	}
	point(fine, name, why);
}

int
main(int argc, char *argv[])
{
	static const char *const places[] = {"/test", "/bin", "/lib", "/etc"};

	puts("TAP version 14");
	for (int i = 0; i < 4; i++)
		touch_files(places[i]);
	if (argc == 1)
		find_tests();
	/* The first test also pays for what the runner has not touched yet. */
	run_test("helper-exit", 0, (char[16]){0}, 16);
	bury();
	for (int i = 1; i < argc; i++)
		test(argv[i]);
	for (int i = 0; i < name_count; i++)
		test(names[i]);
	printf("1..%d\n", count);
	printf("# %d passed, %d failed\n", count - failures, failures);
	return failures ? 1 : 0;
}
