/*
 * What became of the processes that were started.
 *
 * A job is the processes of one pipeline. If we are interactive, they are a
 * process group: the one that has the terminal gets its keys' signals, ^C and
 * ^Z, and any other that reads from the terminal is stopped.
 *
 * Owns: the jobs, and the terminal: who has it, and the mode it is in when
 * nobody has changed it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "sh.h"

enum state { RUNNING, STOPPED, ENDED };

struct job {
	struct job *next;
	int number;   /* %1 ..; 0: in the foreground, nobody sees it */
	pid_t group;  /* of the first process, or 0: ours */
	bool told;    /* that it does not run, to the user */
	int status;   /* of the last process, as wait says */
	char *text;   /* as typed */
	size_t count; /* of processes */
	struct {
		pid_t pid;
		enum state state;
	} process[];
};

pid_t last_background;

static struct job *jobs; /* the youngest is the last */
static struct termios terminal;

static const int ours[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};

static void
set_signals(void (*handler)(int))
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		signal(ours[i], handler);
}

/* ^C ends a call of wait; nothing else is to happen. */
static void
wake(int number)
{
	(void)number;
}

void
jobs_init(void)
{
	struct sigaction action = {.sa_handler = wake};

	if (!interactive)
		return;
	set_signals(SIG_IGN);
	sigaction(SIGINT, &action, NULL);
	setpgid(0, 0);
	tcsetpgrp(0, getpgrp());
	tcgetattr(0, &terminal);
}

static void
job_free(struct job *j)
{
	struct job **link = &jobs;

	while (*link != j)
		link = &(*link)->next;
	*link = j->next;
	free(j->text);
	free(j);
}

void
jobs_forget(void)
{
	while (jobs)
		job_free(jobs);
}

struct job *
job_new(size_t processes, const char *text)
{
	struct job *j = calloc(1, sizeof(*j) + processes * sizeof(*j->process));
	struct job **link = &jobs;

	if (!j || !(j->text = strdup(text))) {
		fprintf(stderr, "sh: no memory for a job\n");
		leave(2);
	}
	while (*link)
		link = &(*link)->next;
	*link = j;
	return j;
}

void
job_add(struct job *j, pid_t pid)
{
	j->process[j->count++].pid = pid;
	if (!interactive)
		return;
	if (!j->group)
		j->group = pid;
	/* So does the child: whoever comes first. */
	setpgid(pid, j->group);
}

void
job_join(struct job *j, bool background)
{
	if (interactive) {
		setpgid(0, j->group);
		if (!background)
			tcsetpgrp(0, getpgrp());
		set_signals(SIG_DFL);
	}
	interactive = false;
	jobs_forget();
}

static size_t
how_many(const struct job *j, enum state state)
{
	size_t n = 0;

	for (size_t i = 0; i < j->count; i++)
		n += j->process[i].state == state;
	return n;
}

/* Puts down what wait told. */
static void
note(pid_t pid, int how)
{
	for (struct job *j = jobs; j; j = j->next)
		for (size_t i = 0; i < j->count; i++) {
			if (j->process[i].pid != pid)
				continue;
			j->process[i].state = WIFSTOPPED(how)	  ? STOPPED
					      : WIFCONTINUED(how) ? RUNNING
								  : ENDED;
			if (i + 1 == j->count && !WIFCONTINUED(how))
				j->status = how;
		}
}

/* Waits until no process of j runs. => false: ^C came before */
static bool
await(const struct job *j)
{
	int how;

	while (how_many(j, RUNNING)) {
		pid_t pid = waitpid(-1, &how, WUNTRACED);

		if (pid < 0)
			return false;
		note(pid, how);
	}
	return true;
}

static int
result(const struct job *j)
{
	if (WIFSIGNALED(j->status))
		return 128 + WTERMSIG(j->status);
	return WIFSTOPPED(j->status) ? 128 + WSTOPSIG(j->status)
				     : WEXITSTATUS(j->status);
}

static void
number(struct job *j)
{
	int highest = 0;

	for (struct job *other = jobs; other; other = other->next)
		if (other->number > highest)
			highest = other->number;
	if (!j->number)
		j->number = highest + 1;
}

/* How the job stands, in words. */
static void
print_state(FILE *f, const struct job *j)
{
	int number = WTERMSIG(j->status);

	if (how_many(j, RUNNING))
		fprintf(f, "running");
	else if (how_many(j, STOPPED))
		fprintf(f, "stopped");
	else if (WIFSIGNALED(j->status))
		fprintf(f, "killed by signal %d (%s)", number,
			strsignal(number));
	else if (WEXITSTATUS(j->status))
		fprintf(f, "ended with status %d", WEXITSTATUS(j->status));
	else
		fprintf(f, "done");
}

static void
show(const struct job *j)
{
	printf("[%d] ", j->number);
	print_state(stdout, j);
	printf(": %s\n", j->text);
}

/* A job that was in the foreground has ended or stopped. => $? */
static int
settle(struct job *j)
{
	int answer = result(j);
	bool by_key = answer == 128 + SIGINT;

	if (interactive && answer > 128)
		tcsetattr(0, TCSADRAIN, &terminal);
	if (how_many(j, STOPPED)) {
		number(j);
		j->told = true;
		printf("\n");
		show(j);
		return answer;
	}
	if (WIFSIGNALED(j->status) && WTERMSIG(j->status) != SIGPIPE) {
		fprintf(stderr, "%ssh: %s: ", by_key ? "\n" : "", j->text);
		print_state(stderr, j);
		fprintf(stderr, "\n");
	}
	job_free(j);
	return answer;
}

int
job_wait(struct job *j)
{
	while (!await(j) && errno == EINTR)
		;
	if (interactive)
		tcsetpgrp(0, getpgrp());
	return settle(j);
}

int
job_background(struct job *j)
{
	number(j);
	last_background = j->process[j->count - 1].pid;
	if (interactive)
		printf("[%d] %d\n", j->number, last_background);
	return 0;
}

/* Puts down what has happened by now. */
static void
look(void)
{
	pid_t pid;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG | WUNTRACED | WCONTINUED)) > 0)
		note(pid, how);
}

void
jobs_report(void)
{
	struct job *next;

	look();
	for (struct job *j = jobs; j; j = next) {
		bool idle = !how_many(j, RUNNING);

		next = j->next;
		if (idle && !j->told)
			show(j);
		j->told = idle;
		if (how_many(j, ENDED) == j->count)
			job_free(j);
	}
}

/* By %number or by the pid of its last process; NULL: the youngest. */
static struct job *
find(const char *name)
{
	struct job *found = NULL;

	for (struct job *j = jobs; j; j = j->next) {
		pid_t last = j->process[j->count - 1].pid;

		if (!name || (*name == '%' ? j->number == atoi(name + 1)
					   : last == atoi(name)))
			found = j;
	}
	if (!found)
		fprintf(stderr, "sh: %s: no such job\n", name ? name : "%");
	return found;
}

int
job_list(char **argv)
{
	(void)argv;
	look();
	for (const struct job *j = jobs; j; j = j->next)
		show(j);
	return 0;
}

int
job_resume(char **argv)
{
	bool foreground = *argv[0] == 'f';
	struct job *j = find(argv[1]);

	if (!j || !j->group)
		return 1;
	for (size_t i = 0; i < j->count; i++)
		if (j->process[i].state == STOPPED)
			j->process[i].state = RUNNING;
	j->told = false;
	printf(foreground ? "%s\n" : "%s &\n", j->text);
	fflush(stdout);
	if (foreground)
		tcsetpgrp(0, j->group);
	killpg(j->group, SIGCONT);
	return foreground ? job_wait(j) : 0;
}

/* => whether it ended; then it is forgotten */
static bool
wait_for(struct job *j, int *answer)
{
	if (!await(j) || how_many(j, STOPPED)) {
		*answer = 128 + SIGINT;
		return false;
	}
	*answer = result(j);
	if (interactive)
		show(j);
	job_free(j);
	return true;
}

int
job_wait_for(char **argv)
{
	struct job *next;
	int answer = 0;

	if (argv[1]) {
		struct job *j = find(argv[1]);

		if (!j)
			return 127;
		wait_for(j, &answer);
		return answer;
	}
	for (struct job *j = jobs; j; j = next) {
		next = j->next;
		if (!wait_for(j, &answer) && how_many(j, RUNNING))
			return answer;
	}
	return 0;
}
