/*
 * A line being typed: the cursor, erasing, the lines typed before.
 *
 * Owns: the history; and, while a line is being edited, the terminal's mode. It
 * is raw then: the keys are bytes like any other, and echoing is our own work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sh.h"

#define CONTROL(letter) ((letter)&31)

enum {
	HISTORY = 50,
	KEY_DELETE = 256,
	KEY_NONE,
	KEY_END_OF_FILE,
};

static char *history[HISTORY];
static int history_len;

/* A line being edited. */
struct editor {
	char *text;
	size_t size;	/* bytes in text */
	size_t len, at; /* at: the cursor, 0..len */
	size_t from;	/* the first character that fits on the screen */
	size_t width;	/* how many fit */
	int recalled;	/* line of the history shown; history_len: none */
	const char *prompt;
};

static int
read_byte(void)
{
	unsigned char c;

	return read(0, &c, 1) == 1 ? c : KEY_END_OF_FILE;
}

/* A byte; the arrow keys (ESC [ letter) stand for control characters. */
static int
read_key(void)
{
	static const char letters[] = "ABCDHF", meaning[] = "PNFBAE";
	int c = read_byte(), number = 0;
	const char *found;

	if (c != 27)
		return c;
	c = read_byte();
	if (c != '[' && c != 'O')
		return KEY_NONE;
	for (c = read_byte(); c >= '0' && c <= '9'; c = read_byte())
		number = number * 10 + c - '0';
	found = c && c < 256 ? strchr(letters, c) : NULL;
	if (found)
		return CONTROL(meaning[found - letters]);
	return c == '~' && number == 3 ? KEY_DELETE : KEY_NONE;
}

/* Draws the line again and puts the cursor where it belongs. */
static void
redraw(struct editor *e)
{
	size_t shown;

	if (e->at < e->from)
		e->from = e->at;
	if (e->at > e->from + e->width)
		e->from = e->at - e->width;
	shown = e->len - e->from;
	if (shown > e->width)
		shown = e->width;
	printf("\r%s%.*s\033[K", e->prompt, (int)shown, e->text + e->from);
	if (e->from + shown > e->at)
		printf("\033[%dD", (int)(e->from + shown - e->at));
	fflush(stdout);
}

static void
insert(struct editor *e, int c)
{
	if (e->len + 1 >= e->size)
		return;
	memmove(e->text + e->at + 1, e->text + e->at, e->len - e->at);
	e->text[e->at++] = (char)c;
	e->len++;
	if (e->at == e->len && e->at < e->from + e->width) {
		putchar(c);
		fflush(stdout);
	} else {
		redraw(e);
	}
}

/* Removes the characters [from, to). */
static void
cut(struct editor *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->len - to);
	e->len -= to - from;
	e->at = from;
	redraw(e);
}

/* Shows another line of the history, or the empty one below the last. */
static void
recall(struct editor *e, int line)
{
	if (line < 0 || line > history_len)
		return;
	e->recalled = line;
	strcpy(e->text, line < history_len ? history[line] : "");
	e->at = e->len = strlen(e->text);
	redraw(e);
}

static void
edit(struct editor *e, int key)
{
	switch (key) {
	case CONTROL('A'):
		e->at = 0;
		break;
	case CONTROL('E'):
		e->at = e->len;
		break;
	case CONTROL('B'):
		e->at -= e->at > 0;
		break;
	case CONTROL('F'):
		e->at += e->at < e->len;
		break;
	case CONTROL('P'):
		recall(e, e->recalled - 1);
		return;
	case CONTROL('N'):
		recall(e, e->recalled + 1);
		return;
	case CONTROL('U'):
		cut(e, 0, e->at);
		return;
	case CONTROL('K'):
		cut(e, e->at, e->len);
		return;
	case CONTROL('D'):
	case KEY_DELETE:
		cut(e, e->at, e->at + (e->at < e->len));
		return;
	case CONTROL('H'):
	case 127:
		if (e->at > 0)
			cut(e, e->at - 1, e->at);
		return;
	default:
		if (key >= ' ' && key < 256)
			insert(e, key);
		return;
	}
	redraw(e);
}

static void
remember(const char *line)
{
	if (!*line ||
	    (history_len && strcmp(history[history_len - 1], line) == 0))
		return;
	if (history_len == HISTORY) {
		free(history[0]);
		history_len--;
		memmove(history, history + 1,
			sizeof(history) - sizeof(*history));
	}
	history[history_len] = strdup(line);
	history_len += history[history_len] != NULL;
}

static void
start_line(struct editor *e)
{
	struct winsize size = {0};

	ioctl(0, TIOCGWINSZ, &size);
	e->width =
		(size.ws_col > 60 ? size.ws_col : 80) - strlen(e->prompt) - 1;
	e->recalled = history_len;
	fputs(e->prompt, stdout);
	fflush(stdout);
}

static enum edited
edit_keys(struct editor *e)
{
	int key;

	start_line(e);
	while ((key = read_key()) != '\r' && key != '\n') {
		if (key == KEY_END_OF_FILE || (key == CONTROL('D') && !e->len))
			return END_OF_INPUT;
		if (key == CONTROL('C')) {
			printf("^C");
			return ABANDONED;
		}
		e->text[e->len] = 0;
		edit(e, key);
	}
	e->text[e->len] = 0;
	remember(e->text);
	return LINE;
}

enum edited
edit_line(const char *prompt, char *text, size_t size)
{
	struct editor e = {.text = text, .size = size, .prompt = prompt};
	struct termios cooked, raw;
	enum edited result;

	tcgetattr(0, &cooked);
	raw = cooked;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	tcsetattr(0, TCSANOW, &raw);
	result = edit_keys(&e);
	puts("");
	tcsetattr(0, TCSANOW, &cooked);
	return result;
}
