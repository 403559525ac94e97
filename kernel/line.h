/*
 * The line discipline: what becomes of a byte between the keyboard and a
 * program, and between a program and the screen (termios(3)).
 */
#pragma once

#include "kernel/tty_abi.h"
#include "kernel/types.h"

enum {
	LINE_BUFFER = 4096, /* characters typed and not yet read, at most */
};

/*
 *	 head             edit             tail
 *	  v                v                v
 *	--+----------------+----------------+--
 *	  | may be read    | being edited   |      ring of characters
 *	--+----------------+----------------+--
 *
 * A finished line moves `edit` up to `tail`; in raw mode every character does.
 */
struct line {
	struct termios termios;
	uint16_t ring[LINE_BUFFER]; /* characters, with marks at lines' ends */
	size_t head, edit, tail; /* these only grow; places modulo the size */
	size_t column;		 /* of the cursor on the screen, from 0 */
	size_t edit_column;	 /* the same where `edit` is */
};

void line_init(struct line *l);
/* A byte was typed: edits, echoes, keeps it. => the signal it stands for, or 0
 */
int line_input(struct line *l, char key);
/* Shows what a program writes. */
void line_output(struct line *l, const char *text, size_t len);

/* How many characters may be read. */
size_t line_ready(const struct line *l);
/* Takes up to len of them, of one line only. => *end: the line is over */
size_t line_take(struct line *l, char *buf, size_t len, bool *end);
/* Throws away what was typed. */
void line_flush(struct line *l);
/* Changes the settings; what was typed under the old ones can be read. */
void line_set(struct line *l, const struct termios *termios);

/* Whether bit `flag` of c_lflag is set. */
static inline bool
line_local(const struct line *l, uint32_t flag)
{
	return l->termios.c_lflag & flag;
}
