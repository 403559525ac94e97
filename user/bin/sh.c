/*
 * The shell: reads lines, runs what they say. sh.h tells where is what.
 *
 *	sh			lines from the standard input; if that is a
 *				terminal, with a prompt and job control
 *	sh FILE [ARGUMENT...]	from a file
 *	sh -c TEXT [NAME [ARGUMENT...]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

enum { TYPED = 1024 }; /* characters in a line that is typed */

/* => how far it got; a tree that is not complete has not been run */
static enum parsed
run_text(const char *text)
{
	struct list *list;
	enum parsed result = parse(text, &list);

	if (result == PARSED)
		run(list);
	else if (result == WRONG)
		status = 2;
	forget();
	fflush(stdout);
	return result;
}

static enum edited
type_line(char **line, size_t *room, bool first)
{
	char prompt[64] = "> ", cwd[40];

	if (first) {
		jobs_report();
		snprintf(prompt, sizeof(prompt), "quire:%s$ ",
			 getcwd(cwd, sizeof(cwd)) ? cwd : "?");
	}
	if (*room < TYPED) {
		free(*line);
		*line = malloc(*room = TYPED);
	}
	return *line ? edit_line(prompt, *line, TYPED) : END_OF_INPUT;
}

/* The next line of input, without its end, in memory as getline has it. */
static enum edited
read_line(FILE *input, char **line, size_t *room, bool first)
{
	ssize_t n;

	if (interactive)
		return type_line(line, room, first);
	n = getline(line, room, input);
	if (n < 0)
		return END_OF_INPUT;
	if ((*line)[n - 1] == '\n')
		(*line)[n - 1] = '\0';
	return LINE;
}

/* Runs line after line; one that needs more to be complete gets the next one. */
static void
run_input(FILE *input)
{
	char *line = NULL, *text = NULL, *more;
	size_t room = 0;

	for (;;) {
		switch (read_line(input, &line, &room, !text)) {
		case ABANDONED:
			free(text);
			text = NULL;
			continue;
		case END_OF_INPUT:
			if (text) {
				fprintf(stderr, "sh: the input ends in the "
						"middle of a command\n");
				status = 2;
			}
			free(text);
			free(line);
			return;
		case LINE:
			break;
		}
		more = realloc(text,
			       (text ? strlen(text) : 0) + strlen(line) + 2);
		if (!more)
			leave(2);
		if (!text)
			*more = '\0';
		text = strcat(strcat(more, line), "\n");
		if (run_text(text) != UNFINISHED) {
			free(text);
			text = NULL;
		}
	}
}

int
main(int argc, char *argv[])
{
	FILE *input = stdin;

	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		variables_init(environ, argc > 3 ? argv + 3 : argv + 2);
		if (run_text(argv[2]) != UNFINISHED)
			return status;
		fprintf(stderr, "sh: the text ends in the middle\n");
		return 2;
	}
	variables_init(environ, argc > 1 ? argv + 1 : argv);
	if (argc > 1) {
		input = fopen(argv[1], "re");
		if (!input) {
			perror(argv[1]);
			return 127;
		}
	} else {
		interactive = isatty(0);
		/* What programs are to read must not be in our buffer. */
		setvbuf(stdin, NULL, _IONBF, 0);
	}
	jobs_init();
	run_input(input);
	return status;
}
