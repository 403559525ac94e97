/*
 * The line discipline: what becomes of a byte between the keyboard and a
 * program, and between a program and the screen (termios(3)).
 *
 * The structures and numbers are Linux's for x86-64 (asm-generic/termbits.h,
 * asm-generic/ioctls.h).
 */
#pragma once

#include "kernel/types.h"

enum {
	TCGETS = 0x5401,
	TCSETS = 0x5402,
	TCSETSW = 0x5403, /* after output is written: it always is */
	TCSETSF = 0x5404, /* and input is thrown away */
	TIOCSCTTY = 0x540e,
	TIOCGPGRP = 0x540f,
	TIOCSPGRP = 0x5410,
	TIOCGWINSZ = 0x5413,
	TIOCSWINSZ = 0x5414,
	TIOCGSID = 0x5429,
};

/* Indices of c_cc. */
enum {
	VINTR,
	VQUIT,
	VERASE,
	VKILL,
	VEOF,
	VTIME,
	VMIN,
	VSWTC,
	VSTART,
	VSTOP,
	VSUSP,
	VEOL,
	VREPRINT,
	VDISCARD,
	VWERASE,
	VLNEXT,
	VEOL2,
	NCCS = 19
};

/* Bits of c_iflag, c_oflag, c_cflag, c_lflag: those that mean something here,
 * and those that programs expect to find set. */
enum {
	INLCR = 0100,
	IGNCR = 0200,
	ICRNL = 0400,
	IXON = 02000,

	OPOST = 01,
	ONLCR = 04,

	CS8 = 060,
	CREAD = 0200,
	HUPCL = 02000,
	CLOCAL = 04000,
	B115200 = 010002,

	ISIG = 01,
	ICANON = 02,
	ECHO = 010,
	ECHOE = 020,
	ECHOK = 040,
	ECHONL = 0100,
	NOFLSH = 0200,
	TOSTOP = 0400,
	ECHOCTL = 01000,
	ECHOKE = 04000,
	IEXTEN = 0100000,
};

struct termios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line;
	uint8_t c_cc[NCCS];
};

struct winsize {
	uint16_t ws_row, ws_col;       /* characters */
	uint16_t ws_xpixel, ws_ypixel; /* unused */
};

_Static_assert(sizeof(struct termios) == 36, "Linux's size");
_Static_assert(sizeof(struct winsize) == 8, "Linux's size");

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
