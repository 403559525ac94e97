/*
 * What programs and the terminal say to each other: Linux's structures and
 * numbers for x86-64 (asm-generic/termbits.h, asm-generic/ioctls.h).
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
};

enum {
	SIGINT = 2,
	SIGQUIT = 3,
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
