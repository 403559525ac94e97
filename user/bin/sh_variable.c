/*
 * What $ stands for.
 *
 * Owns: the variables, each a "NAME=value" as programs get it; the arguments of
 * the shell.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

struct variable {
	struct variable *next;
	bool exported;
	char text[];
};

static struct variable *variables;
static char **arguments; /* $0, $1 .. */
static int count;	 /* $# */
static pid_t shell;	 /* $$: also in subshells */

void
variables_init(char **environment, char **argv)
{
	while (*environment)
		assign(*environment++, true);
	arguments = argv;
	while (argv[count + 1])
		count++;
	shell = getpid();
}

/* => where the pointer to it is, or to the NULL at the end */
static struct variable **
find(const char *name, size_t length)
{
	struct variable **v = &variables;

	while (*v && (strncmp((*v)->text, name, length) != 0 ||
		      (*v)->text[length] != '='))
		v = &(*v)->next;
	return v;
}

const char *
variable(const char *name, size_t length)
{
	const struct variable *v = *find(name, length);

	return v ? v->text + length + 1 : "";
}

static void
unset_length(const char *name, size_t length)
{
	struct variable **link = find(name, length), *v = *link;

	if (v) {
		*link = v->next;
		free(v);
	}
}

void
unset(const char *name)
{
	unset_length(name, strlen(name));
}

void
assign(const char *assignment, bool exported)
{
	size_t length = strcspn(assignment, "=");
	struct variable *v = *find(assignment, length), *new;

	if (v)
		exported |= v->exported;
	if (v && !assignment[length]) {
		v->exported = exported;
		return;
	}
	new = malloc(sizeof(*new) + strlen(assignment) + 2);
	if (!new) {
		fprintf(stderr, "sh: no memory for a variable\n");
		return;
	}
	strcpy(new->text, assignment);
	if (!assignment[length])
		strcat(new->text, "=");
	unset_length(assignment, length);
	new->exported = exported;
	new->next = variables;
	variables = new;
}

char **
environment(void)
{
	size_t n = 0;
	char **array;

	for (struct variable *v = variables; v; v = v->next)
		n += v->exported;
	array = keep((n + 1) * sizeof(*array));
	for (struct variable *v = variables; v; v = v->next)
		if (v->exported)
			array[--n] = v->text;
	return array;
}

static const char *
number(long n)
{
	char *text = keep(24);

	sprintf(text, "%ld", n);
	return text;
}

const char *
dollar(const char **s)
{
	const char *name = *s + 1;
	size_t length;

	if (*name == '{') {
		length = name_length(++name);
		if (!length || name[length] != '}')
			return NULL;
		*s = name + length;
		return variable(name, length);
	}
	length = name_length(name);
	if (length) {
		*s = name + length - 1;
		return variable(name, length);
	}
	++*s;
	if (isdigit((unsigned char)*name))
		return *name - '0' <= count ? arguments[*name - '0'] : "";
	switch (*name) {
	case '?':
		return number(status);
	case '$':
		return number(shell);
	case '!':
		return last_background ? number(last_background) : "";
	case '#':
		return number(count);
	}
	--*s;
	return NULL;
}
