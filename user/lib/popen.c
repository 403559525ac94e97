/*
 * Commands for the shell: to wait for, or with a stream to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.h"

_Noreturn static void
become_shell(const char *command)
{
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The status of a child that we started and nobody else waits for. */
static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* In the meantime the keys' signals are for the command. POSIX */
int
system(const char *command)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	sigset_t child, before;
	int status = -1;
	pid_t pid;

	if (!command)
		return access("/bin/sh", X_OK) == 0;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	pid = fork();
	if (pid > 0)
		status = wait_for(pid);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid == 0)
		become_shell(command);
	return status;
}

/* p: a pipe; end: the one that is to be the child's descriptor of that number */
static pid_t
start(const char *command, const int p[2], int end)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (p[end] == end)
		fcntl(end, F_SETFD, 0); /* else it would close at exec */
	else
		dup2(p[end], end);
	become_shell(command);
}

/* mode: "r" to read what the command writes, "w" to write what it reads */
FILE *
popen(const char *command, const char *mode)
{
	int p[2], end = *mode == 'r' ? STDOUT_FILENO : STDIN_FILENO;
	FILE *f;

	if (*mode != 'r' && *mode != 'w') {
		errno = EINVAL;
		return NULL;
	}
	if (pipe2(p, O_CLOEXEC) < 0)
		return NULL;
	f = fdopen(p[!end], *mode == 'r' ? "r" : "w");
	if (f)
		f->pid = start(command, p, end);
	close(p[end]);
	if (f && f->pid > 0)
		return f;
	if (f)
		fclose(f);
	else
		close(p[!end]);
	return NULL;
}

int
pclose(FILE *f)
{
	pid_t pid = f->pid;

	fclose(f);
	return wait_for(pid);
}
