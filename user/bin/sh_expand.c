/*
 * From words as typed to arguments.
 *
 * A character that was quoted is kept behind a backslash until the end: so it is
 * known from one that means something in a pattern, and glob(3) knows too.
 *
 * Owns: the memory that lives as long as the line.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct block {
	struct block *next;
	max_align_t bytes[];
};

static struct block *kept;

void *
keep(size_t n)
{
	struct block *b = calloc(1, sizeof(*b) + n);

	if (!b) {
		fprintf(stderr, "sh: no memory\n");
		leave(2);
	}
	b->next = kept;
	kept = b;
	return b->bytes;
}

void
forget(void)
{
	while (kept) {
		struct block *b = kept;

		kept = b->next;
		free(b);
	}
}

/* Arguments in the making. */
struct expansion {
	char **list; /* those that are done, then room */
	size_t count, count_room;
	char *text; /* the one being made */
	size_t length, room;
	bool begun; /* there is one, even if it is empty: "" */
	bool split; /* blanks from a variable end it */
};

/* Room for one element more in an array, which may move. */
static void *
grow(void *array, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return array;
	*room = 2 * *room + 16;
	more = keep(*room * size);
	return array ? memcpy(more, array, count * size) : more;
}

static void
put(struct expansion *e, char c)
{
	e->text = grow(e->text, e->length, &e->room, 1);
	e->text[e->length++] = c;
	e->begun = true;
}

static void
put_quoted(struct expansion *e, char c)
{
	put(e, '\\');
	put(e, c);
}

static void
add(struct expansion *e, const char *argument)
{
	e->list = grow(e->list, e->count + 1, &e->count_room, sizeof(char *));
	e->list[e->count] =
		argument ? strcpy(keep(strlen(argument) + 1), argument) : NULL;
	e->count++;
}

static void
remove_backslashes(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\')
			s++;
		*to++ = *s;
	}
	*to = '\0';
}

/* The argument being made is complete: if it is a pattern, it becomes the names
 * that match it. */
static void
end_argument(struct expansion *e)
{
	glob_t found;

	if (!e->begun)
		return;
	put(e, '\0');
	if (e->split && strpbrk(e->text, "*?[") &&
	    glob(e->text, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			add(e, found.gl_pathv[i]);
		globfree(&found);
	} else {
		remove_backslashes(e->text);
		add(e, e->text);
	}
	e->length = 0;
	e->begun = false;
}

static void
put_value(struct expansion *e, const char *value, char quote)
{
	for (; *value; value++) {
		if (quote || *value == '\\')
			put_quoted(e, *value);
		else if (e->split && strchr(" \t\n", *value))
			end_argument(e);
		else
			put(e, *value);
	}
}

static void
expand(struct expansion *e, const char *s)
{
	const char *value;
	char quote = 0;

	for (; *s; s++) {
		if (*s == '$' && quote != '\'' && (value = dollar(&s))) {
			put_value(e, value, quote);
		} else if (quote ? *s == quote : *s == '\'' || *s == '"') {
			quote = quote ? 0 : *s;
			e->begun = true;
		} else if (*s == '\\' && quote != '\'' &&
			   (!quote || strchr("\\\"$`\n", s[1]))) {
			if (*++s != '\n')
				put_quoted(e, *s);
		} else if (quote) {
			put_quoted(e, *s);
		} else {
			put(e, *s);
		}
	}
	end_argument(e);
}

char **
expand_words(const struct word *w)
{
	struct expansion e = {.split = true};

	for (; w; w = w->next)
		expand(&e, w->text);
	add(&e, NULL);
	return e.list;
}

char *
expand_word(const char *word)
{
	struct expansion e = {.begun = true};

	expand(&e, word);
	return e.list[0];
}
