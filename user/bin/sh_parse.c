/*
 * From text to a tree.
 *
 *	list      pipeline { && pipeline | || pipeline } [ ; | & | newline ] ...
 *	pipeline  [ ! ] command { | command }
 *	command   { word | redirection } ...  or  ( list ) { redirection }
 *
 * && and || bind equally: from left to right, a pipeline runs if the status so
 * far is what stands before it. So they are no nodes but marks in a list.
 *
 * An error becomes the end of the text: everything stops there by itself.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

/* Those that begin like another one come before it. */
static const char operators[][4] = {"&&", "||", "&",  "|", ";",	 "\n", "(",
				    ")",  ">>", ">&", ">", "<&", "<"};
enum token {
	AND,
	OR,
	AMPERSAND,
	PIPE,
	SEMICOLON,
	NEWLINE,
	OPEN,
	CLOSE,
	APPEND,
	COPY_OUT,
	OUT,
	COPY_IN,
	IN,
	WORD,
	END,
};

static const char blanks[] = " \t", ends_word[] = " \t\n;&|<>()";

struct parser {
	const char *start, *at; /* the token's text, and what follows it */
	const char *last;	/* the end of the token before */
	enum token token;
	int fd; /* the number before a redirection, or -1 */
	enum parsed result;
};

static void
fail(struct parser *p, const char *what)
{
	if (p->result == PARSED) {
		p->result = p->token == END ? UNFINISHED : WRONG;
		if (p->result == WRONG)
			fprintf(stderr, "sh: %s before '%.*s'\n", what,
				*p->start == '\n' ? 0 : (int)(p->at - p->start),
				p->start);
	}
	p->token = END;
}

/* => behind the character or the quoted string at s, or NULL: it has no end, or
 * the line goes on */
static const char *
skip(const char *s)
{
	char quote = *s;

	if (quote == '\\')
		return s[1] && strcmp(s + 1, "\n") != 0 ? s + 2 : NULL;
	if (quote != '\'' && quote != '"')
		return s + 1;
	for (s++; *s && *s != quote; s++)
		if (quote == '"' && *s == '\\' && s[1])
			s++;
	return *s ? s + 1 : NULL;
}

static const char *
skip_blanks(const char *s)
{
	for (;;) {
		s += strspn(s, blanks);
		if (s[0] == '\\' && s[1] == '\n' && s[2])
			s += 2;
		else if (*s == '#')
			s += strcspn(s, "\n");
		else
			return s;
	}
}

static void
next(struct parser *p)
{
	size_t digits;

	p->last = p->at;
	p->at = p->start = skip_blanks(p->at);
	if (p->result != PARSED)
		return;
	digits = strspn(p->at, "0123456789");
	p->fd = -1;
	if (digits && strchr("<>", p->at[digits]) && p->at[digits]) {
		p->fd = atoi(p->at);
		p->at += digits;
	}
	for (p->token = AND; p->token < WORD; p->token++) {
		const char *text = operators[p->token];

		if (strncmp(p->at, text, strlen(text)) == 0) {
			p->at += strlen(text);
			return;
		}
	}
	while (p->at && *p->at && !strchr(ends_word, *p->at))
		p->at = skip(p->at);
	p->token = p->at && p->at > p->start ? WORD : END;
	if (!p->at) { /* an open quote */
		p->at = p->start;
		fail(p, "");
	}
}

/* Takes the token, if it is this one. */
static bool
take(struct parser *p, enum token token)
{
	if (p->token != token)
		return false;
	next(p);
	return true;
}

static char *
copy(const char *from, const char *to)
{
	return memcpy(keep((size_t)(to - from) + 1), from, (size_t)(to - from));
}

static char *
take_word(struct parser *p, const char *what)
{
	char *text = copy(p->start, p->at);

	if (!take(p, WORD))
		fail(p, what);
	return text;
}

static struct redirect *
parse_redirect(struct parser *p)
{
	struct redirect *r = keep(sizeof(*r));
	bool in = p->token == IN || p->token == COPY_IN;

	r->fd = p->fd >= 0 ? p->fd : !in;
	r->copy = p->token == COPY_IN || p->token == COPY_OUT;
	r->flags = in ? O_RDONLY : O_WRONLY | O_CREAT;
	if (!in)
		r->flags |= p->token == APPEND ? O_APPEND : O_TRUNC;
	next(p);
	r->word = take_word(p, "the name of a file is missing");
	return r;
}

static struct list *parse_list(struct parser *p);

static struct command *
parse_command(struct parser *p)
{
	struct command *c = keep(sizeof(*c));
	struct redirect **redirect = &c->redirects;
	struct word **word = &c->words;

	if (take(p, OPEN)) {
		c->inner = parse_list(p);
		if (!take(p, CLOSE))
			fail(p, "')' is missing");
	}
	for (;;) {
		if (p->token >= APPEND && p->token <= IN) {
			*redirect = parse_redirect(p);
			redirect = &(*redirect)->next;
		} else if (p->token == WORD && !c->inner) {
			*word = keep(sizeof(**word));
			(*word)->text = take_word(p, "");
			word = &(*word)->next;
		} else {
			break;
		}
	}
	if (!c->inner && !c->words && !c->redirects)
		fail(p, "a command is missing");
	return c;
}

/* After an operator that needs something on its right. */
static void
skip_newlines(struct parser *p)
{
	while (take(p, NEWLINE))
		;
}

static struct pipeline *
parse_pipeline(struct parser *p, enum when when)
{
	struct pipeline *line = keep(sizeof(*line));
	struct command **c = &line->first;

	line->when = when;
	while (p->token == WORD && p->at == p->start + 1 && *p->start == '!') {
		line->inverted = !line->inverted;
		next(p);
	}
	*c = parse_command(p);
	while (take(p, PIPE)) {
		skip_newlines(p);
		c = &(*c)->next;
		*c = parse_command(p);
	}
	return line;
}

/* Pipelines with && and || between them. */
static struct list *
parse_chain(struct parser *p)
{
	struct list *l = keep(sizeof(*l));
	struct pipeline **line = &l->first;
	const char *start = p->start;

	*line = parse_pipeline(p, ALWAYS);
	while (p->token == AND || p->token == OR) {
		enum when when = p->token == AND ? IF_TRUE : IF_FALSE;

		next(p);
		skip_newlines(p);
		line = &(*line)->next;
		*line = parse_pipeline(p, when);
	}
	l->text = copy(start, p->last > start ? p->last : start);
	return l;
}

/* More than a pipeline runs in the background as one: in a subshell. */
static struct list *
in_background(struct list *l)
{
	if (l->first->next) {
		struct list *inner = keep(sizeof(*inner));

		*inner = *l;
		l->first = keep(sizeof(*l->first));
		l->first->first = keep(sizeof(*l->first->first));
		l->first->first->inner = inner;
	}
	l->background = true;
	return l;
}

static struct list *
parse_list(struct parser *p)
{
	struct list *first = NULL, **l = &first;

	for (skip_newlines(p); p->token != END && p->token != CLOSE;
	     skip_newlines(p)) {
		*l = parse_chain(p);
		if (take(p, AMPERSAND))
			in_background(*l);
		else if (p->token != NEWLINE && p->token != CLOSE &&
			 p->token != END && !take(p, SEMICOLON))
			fail(p, "an operator is missing");
		l = &(*l)->next;
	}
	return first;
}

enum parsed
parse(const char *text, struct list **list)
{
	struct parser p = {.at = text};

	next(&p);
	*list = parse_list(&p);
	if (p.token != END)
		fail(&p, "nothing is expected");
	return p.result;
}

size_t
name_length(const char *s)
{
	size_t n = 0;

	if (!isdigit((unsigned char)*s))
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
	return n;
}
