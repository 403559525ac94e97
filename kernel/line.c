/*
 * The line discipline: editing and echo.
 *
 * Owns: the marks in the ring. A line ends with a character that carries
 * LINE_END; the end of a file (^D) is a mark alone.
 * Invariants:
 *	- head <= edit <= tail <= head + LINE_BUFFER
 *	- in canonical mode the character before `edit` carries LINE_END, or
 *	  has been read
 */
#include "kernel/line.h"

#include "kernel/console.h"
#include "kernel/signal.h"

enum {
	LINE_END = 0x100,
	END_OF_FILE = 0x300,
	TAB = 8,
};

#define CONTROL(letter) ((letter) - '@')

static const struct termios termios_default = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B115200 | CS8 | CREAD | HUPCL | CLOCAL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
		   IEXTEN,
	.c_cc =
		{
			[VINTR] = CONTROL('C'),
			[VQUIT] = CONTROL('\\'),
			[VERASE] = 0x7f,
			[VKILL] = CONTROL('U'),
			[VEOF] = CONTROL('D'),
			[VMIN] = 1,
			[VSTART] = CONTROL('Q'),
			[VSTOP] = CONTROL('S'),
			[VSUSP] = CONTROL('Z'),
			[VREPRINT] = CONTROL('R'),
			[VDISCARD] = CONTROL('O'),
			[VWERASE] = CONTROL('W'),
			[VLNEXT] = CONTROL('V'),
		},
};

void
line_init(struct line *l)
{
	*l = (struct line){0};
	l->termios = termios_default;
}

/* Whether c is the special character number `which`, which 0 disables. */
static bool
special(const struct line *l, uint8_t c, int which)
{
	return c && c == l->termios.c_cc[which];
}

static uint16_t *
place(struct line *l, size_t i)
{
	return &l->ring[i % LINE_BUFFER];
}

/* Where the cursor is after c was shown at column. */
static size_t
column_after(size_t column, uint8_t c)
{
	if (c == '\n' || c == '\r')
		return 0;
	if (c == '\b')
		return column ? column - 1 : 0;
	if (c == '\t')
		return column + TAB - column % TAB;
	/* Only the first byte of a UTF-8 character moves it. */
	return c < ' ' || c == 0x7f || (c & 0xc0) == 0x80 ? column : column + 1;
}

void
line_output(struct line *l, const char *text, size_t len)
{
	uint32_t oflag = l->termios.c_oflag;
	bool newlines = oflag & OPOST && oflag & ONLCR;
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		l->column = column_after(l->column, (uint8_t)text[i]);
		if (text[i] != '\n' || !newlines)
			continue;
		console_write(text + start, i - start);
		console_write("\r\n", 2);
		start = i + 1;
	}
	console_write(text + start, len - start);
}

/* Whether echo shows c as ^ and a letter. */
static bool
shown_as_two(const struct line *l, uint8_t c)
{
	return line_local(l, ECHOCTL) && c != '\n' && c != '\t' &&
	       (c < ' ' || c == 0x7f);
}

static void
echo(struct line *l, uint8_t c)
{
	char text[2] = {'^', (char)(c ^ '@')};
	bool newline =
		c == '\n' && line_local(l, ICANON) && line_local(l, ECHONL);

	if (!line_local(l, ECHO) && !newline)
		return;
	if (shown_as_two(l, c))
		line_output(l, text, 2);
	else
		line_output(l, (const char *)&c, 1);
}

/* Forgets edited characters down to `tail`, and wipes them off the screen. */
static void
erase_to(struct line *l, size_t tail)
{
	size_t column = l->edit_column;

	for (size_t i = l->edit; i < tail; i++) {
		uint8_t c = (uint8_t)*place(l, i);

		column = shown_as_two(l, c) ? column + 2
					    : column_after(column, c);
	}
	l->tail = tail;
	while (line_local(l, ECHO) && l->column > column)
		line_output(l, "\b \b", 3);
}

/* The start of the last character, of UTF-8 of the whole of it. */
static size_t
character_start(struct line *l, size_t i)
{
	do
		i--;
	while (i > l->edit && (*place(l, i) & 0xc0) == 0x80);
	return i;
}

static bool
is_blank(struct line *l, size_t i)
{
	return *place(l, i) == ' ' || *place(l, i) == '\t';
}

static size_t
word_start(struct line *l, size_t i)
{
	while (i > l->edit && is_blank(l, i - 1))
		i--;
	while (i > l->edit && !is_blank(l, i - 1))
		i--;
	return i;
}

/* The editing keys. => false if c is none */
static bool
edit(struct line *l, uint8_t c)
{
	/* Terminals disagree about what their big key sends. */
	bool erase = special(l, c, VERASE) || c == '\b';

	if (!erase && !special(l, c, VWERASE) && !special(l, c, VKILL))
		return false;
	if (l->tail == l->edit)
		return true;
	if (erase)
		erase_to(l, character_start(l, l->tail));
	else if (special(l, c, VWERASE))
		erase_to(l, word_start(l, l->tail));
	else
		erase_to(l, l->edit);
	return true;
}

static void
finish(struct line *l, uint16_t c)
{
	*place(l, l->tail++) = c;
	l->edit = l->tail;
}

/* A line that grows too long loses its end, but can always be finished. */
static void
input_canonical(struct line *l, uint8_t c)
{
	size_t room = LINE_BUFFER - (l->tail - l->head);

	if (l->tail == l->edit)
		l->edit_column = l->column;
	if (edit(l, c) || room == 0)
		return;
	if (special(l, c, VEOF)) {
		finish(l, END_OF_FILE);
	} else if (c == '\n' || special(l, c, VEOL) || special(l, c, VEOL2)) {
		echo(l, c);
		finish(l, c | LINE_END);
	} else if (room > 1) {
		*place(l, l->tail++) = c;
		echo(l, c);
	}
}

static void
input_raw(struct line *l, uint8_t c)
{
	if (l->tail - l->head == LINE_BUFFER)
		return;
	finish(l, c);
	echo(l, c);
}

static int
signal_of(const struct line *l, uint8_t c)
{
	if (!line_local(l, ISIG))
		return 0;
	if (special(l, c, VINTR))
		return SIGINT;
	if (special(l, c, VSUSP))
		return SIGTSTP;
	return special(l, c, VQUIT) ? SIGQUIT : 0;
}

int
line_input(struct line *l, char key)
{
	uint32_t iflag = l->termios.c_iflag;
	uint8_t c = (uint8_t)key;
	int signal;

	if (c == '\r' && iflag & IGNCR)
		return 0;
	if (c == '\r' && iflag & ICRNL)
		c = '\n';
	else if (c == '\n' && iflag & INLCR)
		c = '\r';
	signal = signal_of(l, c);
	if (signal) {
		if (!line_local(l, NOFLSH))
			line_flush(l);
		echo(l, c);
	} else if (line_local(l, ICANON)) {
		input_canonical(l, c);
	} else {
		input_raw(l, c);
	}
	return signal;
}

size_t
line_ready(const struct line *l)
{
	return l->edit - l->head;
}

size_t
line_take(struct line *l, char *buf, size_t len, bool *end)
{
	size_t n = 0;

	*end = false;
	while (!*end && line_ready(l)) {
		uint16_t c = *place(l, l->head);

		/* An end of file belongs to what is in front of it. */
		if (n == len && c != END_OF_FILE)
			break;
		if (c != END_OF_FILE)
			buf[n++] = (char)c;
		*end = c & LINE_END;
		l->head++;
	}
	return n;
}

void
line_flush(struct line *l)
{
	l->head = l->edit = l->tail;
}

void
line_set(struct line *l, const struct termios *termios)
{
	bool was_canonical = line_local(l, ICANON);

	l->termios = *termios;
	if (line_local(l, ICANON) == was_canonical)
		return;
	if (!was_canonical && line_ready(l))
		*place(l, l->tail - 1) |= LINE_END;
	l->edit = l->tail;
}
