/*
 * From the tree to processes.
 *
 *	a | b | c	each a child of the shell; a pipe between two of them
 *	a > file	opened in the child, before it becomes the program
 *	( list )	a child that goes on as a shell
 *	cd		no child: it is about the shell itself
 *
 * Owns: the status of the last command.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

enum { SAVED = 10 }; /* the shell's own descriptors begin here */

bool interactive;
int status;

static int
complain(const char *what)
{
	fprintf(stderr, "sh: %s: %s\n", what, strerror(errno));
	return 1;
}

void
leave(int with)
{
	fflush(NULL);
	_exit(with); /* exit would move our parent in the file it reads */
}

/* fd becomes `to`, and is closed under its own number. */
static void
move(int fd, int to)
{
	if (fd != to) {
		dup2(fd, to);
		close(fd);
	}
}

static bool
redirect(const struct redirect *r)
{
	const char *word = expand_word(r->word);
	int fd;

	errno = EBADF;
	if (r->copy)
		fd = isdigit((unsigned char)*word) ? atoi(word) : -1;
	else
		fd = open(word, r->flags | O_CLOEXEC, 0666);
	if (fd < 0 || dup2(fd, r->fd) < 0) {
		complain(word);
		return false;
	}
	if (!r->copy && fd != r->fd)
		close(fd);
	return true;
}

/* => the words behind the NAME=value that come first */
static const struct word *
behind_assignments(const struct word *w)
{
	while (w && name_length(w->text) &&
	       w->text[name_length(w->text)] == '=')
		w = w->next;
	return w;
}

static void
assign_all(const struct word *w, bool exported)
{
	for (const struct word *end = behind_assignments(w); w != end;
	     w = w->next)
		assign(expand_word(w->text), exported);
}

_Noreturn static void
become(char **argv)
{
	environ = environment();
	/* execvp looks at the shell's own PATH, which is that of environ. */
	execvp(argv[0], argv);
	if (errno != ENOENT)
		leave(126 * complain(argv[0]));
	fprintf(stderr, "sh: %s: not found (try help)\n", argv[0]);
	leave(127);
}

/* A child runs one command of a pipeline and ends. */
_Noreturn static void
run_child(const struct command *c)
{
	char **argv = expand_words(behind_assignments(c->words));

	for (const struct redirect *r = c->redirects; r; r = r->next)
		if (!redirect(r))
			leave(1);
	assign_all(c->words, true);
	if (c->inner) {
		status = 0;
		run(c->inner);
		leave(status);
	}
	if (!argv[0])
		leave(0);
	if (is_builtin(argv[0]))
		leave(run_builtin(argv));
	become(argv);
}

/* Starts a child between two pipes, of which -1 is none. => whether it could */
static bool
start(struct job *j, const struct command *c, int in, const int out[2],
      bool background)
{
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (pid > 0) {
		job_add(j, pid);
		return true;
	}
	job_join(j, background);
	if (in >= 0)
		move(in, STDIN_FILENO);
	if (out[1] >= 0)
		move(out[1], STDOUT_FILENO);
	run_child(c);
}

static void
close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* => $?, or of what was started before something failed */
static int
run_processes(const struct command *first, const char *text, bool background)
{
	const struct command *c;
	struct job *j;
	size_t n = 0;
	int in = -1;

	for (c = first; c; c = c->next)
		n++;
	j = job_new(n, text);
	fflush(stdout); /* or the children would write it, too */
	for (c = first; c; c = c->next) {
		int out[2] = {-1, -1};

		if ((c->next && pipe2(out, O_CLOEXEC) < 0) ||
		    !start(j, c, in, out, background)) {
			complain("cannot start a process");
			close_if_open(out[0]);
			close_if_open(out[1]);
			break;
		}
		close_if_open(in);
		close_if_open(out[1]);
		in = out[0];
	}
	if (c)
		close_if_open(in);
	return background ? job_background(j) : job_wait(j);
}

/* A command of our own: redirections are for it only, so they are undone. */
static int
run_here(const struct redirect *r, char **argv)
{
	int saved, result = 1;

	if (!r)
		return argv[0] ? run_builtin(argv) : 0;
	saved = fcntl(r->fd, F_DUPFD_CLOEXEC, SAVED);
	if (redirect(r))
		result = run_here(r->next, argv);
	fflush(stdout);
	if (saved >= 0)
		move(saved, r->fd);
	else
		close(r->fd);
	return result;
}

/* Is it for the shell itself? That is known once the first word is expanded. */
static bool
is_ours(const struct command *c)
{
	const struct word *w = behind_assignments(c->words);
	const char *name =
		w ? expand_words(&(struct word){.text = w->text})[0] : NULL;

	return !c->next && !c->inner && (!name || is_builtin(name));
}

static int
run_pipeline(const struct pipeline *p, const char *text, bool background)
{
	const struct command *c = p->first;

	if (background || !is_ours(c))
		return run_processes(c, text, background);
	assign_all(c->words, false);
	return run_here(c->redirects,
			expand_words(behind_assignments(c->words)));
}

void
run(const struct list *l)
{
	for (; l; l = l->next)
		for (struct pipeline *p = l->first; p; p = p->next) {
			if (p->when != ALWAYS &&
			    (p->when == IF_TRUE) != (status == 0))
				continue;
			status = run_pipeline(p, l->text, l->background) & 255;
			if (p->inverted)
				status = !status;
		}
}
