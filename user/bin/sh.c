/*
 * The shell: reads lines, runs commands.
 *
 * A line is words, quoted with '...', "..." or \, and commands are separated by
 * ';'. "$?" is the status of the last one; "#" begins a comment. Each command is
 * a process in a group of its own, which has the terminal until it ends.
 *
 * Owns: the terminal's mode. It is raw only while a line is being edited: the
 * keys are then bytes like any other, and echoing is our own work.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define CONTROL(letter) ((letter)&31)

enum {
	LINE = 1024,
	WORDS = 100,
	PATH_SIZE = 512,
	HISTORY = 50,
	KEY_DELETE = 256,
	KEY_NONE,
	KEY_END_OF_FILE,
};

extern char **environ;

static char *history[HISTORY];
static int history_len;
static int interactive;
static int status;

/* A line being edited. */
struct editor {
	char *text;	/* LINE bytes */
	size_t len, at; /* at: the cursor, 0..len */
	size_t from;	/* the first character that fits on the screen */
	size_t width;	/* how many fit */
	int recalled;	/* line of the history shown; history_len: none */
	char prompt[64];
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
	if (e->len + 1 >= LINE)
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
	char cwd[40];

	snprintf(e->prompt, sizeof(e->prompt), "quire:%s$ ",
		 getcwd(cwd, sizeof(cwd)) ? cwd : "?");
	ioctl(0, TIOCGWINSZ, &size);
	e->width =
		(size.ws_col > 60 ? size.ws_col : 80) - strlen(e->prompt) - 1;
	e->recalled = history_len;
	fputs(e->prompt, stdout);
	fflush(stdout);
}

/* Edits one line. => 0: the end of the input */
static int
edit_line(char *text)
{
	struct editor e = {.text = text};
	int key;

	start_line(&e);
	while ((key = read_key()) != '\r' && key != '\n') {
		if (key == KEY_END_OF_FILE || (key == CONTROL('D') && !e.len)) {
			puts("");
			return 0;
		}
		if (key == CONTROL('C')) {
			printf("^C");
			e.len = 0;
			break;
		}
		e.text[e.len] = 0;
		edit(&e, key);
	}
	e.text[e.len] = 0;
	puts("");
	remember(text);
	return 1;
}

static int
read_line(char *text)
{
	struct termios cooked, raw;
	int more;

	if (tcgetattr(0, &cooked))
		return fgets(text, LINE, stdin) != NULL;
	raw = cooked;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	tcsetattr(0, TCSANOW, &raw);
	more = edit_line(text);
	tcsetattr(0, TCSANOW, &cooked);
	return more;
}

/* Becomes the program, which is looked for along PATH if it has no '/'. */
static void
become(char *argv[])
{
	const char *path = getenv("PATH");
	static char file[PATH_SIZE];

	if (strchr(argv[0], '/')) {
		execve(argv[0], argv, environ);
	} else {
		for (path = path ? path : "/bin"; *path;) {
			size_t len = strcspn(path, ":");

			snprintf(file, sizeof(file), "%.*s/%s", (int)len, path,
				 argv[0]);
			execve(file, argv, environ);
			if (errno != ENOENT && errno != ENOTDIR)
				break;
			path += len + (path[len] == ':');
		}
	}
	fprintf(stderr, "sh: %s: %s\n", argv[0],
		errno == ENOENT ? "not found (try help)" : strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Makes pid's group the one that the terminal's keys are for. */
static void
give_terminal(pid_t pid)
{
	setpgid(pid, pid);
	if (interactive)
		tcsetpgrp(0, pid ? pid : getpid());
}

static int
run_program(char *argv[])
{
	pid_t pid;
	int ended = 0;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("sh: fork");
		return 1;
	}
	if (pid == 0) {
		give_terminal(0);
		signal(SIGTTOU, SIG_DFL);
		become(argv);
	}
	give_terminal(pid);
	waitpid(pid, &ended, 0);
	if (interactive)
		tcsetpgrp(0, getpgrp());
	if (!WIFSIGNALED(ended))
		return WEXITSTATUS(ended);
	printf("%ssh: %s: killed by signal %d\n",
	       WTERMSIG(ended) == SIGINT ? "\n" : "", argv[0], WTERMSIG(ended));
	return 128 + WTERMSIG(ended);
}

static int
change_directory(const char *path)
{
	if (chdir(path ? path : "/") == 0)
		return 0;
	fprintf(stderr, "sh: cd: ");
	perror(path);
	return 1;
}

static int
help(void)
{
	puts("Commands of the shell: cd exit help pwd. Programs: try ls /bin.\n"
	     "To see memory: ps, free, vmmap PID, pagewalk PID ADDRESS.\n"
	     "To see the claims: demo-linking demo-loading demo-sharing\n"
	     "demo-allocation demo-fork. To see faults explained: crash.\n"
	     "poweroff ends.");
	return 0;
}

static int
run(int argc, char *argv[])
{
	static char cwd[PATH_SIZE];

	if (strcmp(argv[0], "cd") == 0)
		return change_directory(argv[1]);
	if (strcmp(argv[0], "pwd") == 0)
		return puts(getcwd(cwd, sizeof(cwd)) ? cwd : "?") < 0;
	if (strcmp(argv[0], "help") == 0)
		return help();
	if (strcmp(argv[0], "exit") == 0)
		exit(argc > 1 ? atoi(argv[1]) : status);
	return run_program(argv);
}

/* Copies one word to *to, without its quotes. => what follows it, or NULL: a
 * quote is not closed */
static const char *
word(const char *s, char **to)
{
	char quote = 0;

	for (; *s && (quote || !strchr(" \t\n;", *s)); s++) {
		if (quote ? *s == quote : *s == '\'' || *s == '"') {
			quote = quote ? 0 : *s;
		} else if (quote != '\'' && s[0] == '$' && s[1] == '?') {
			*to += sprintf(*to, "%d", status);
			s++;
		} else {
			if (quote != '\'' && *s == '\\' && s[1])
				s++;
			*(*to)++ = *s;
		}
	}
	*(*to)++ = 0;
	return quote ? NULL : s;
}

static const char *
skip_blanks(const char *s)
{
	s += strspn(s, " \t\n");
	return *s == '#' ? s + strlen(s) : s;
}

/* Takes the words of one command. => what follows it, or NULL */
static const char *
command(const char *s, char *to, int *argc, char *argv[])
{
	for (*argc = 0; *s && *s != ';'; s = skip_blanks(s)) {
		argv[*argc] = to;
		s = *argc < WORDS ? word(s, &to) : NULL;
		if (!s) {
			fprintf(stderr, "sh: open quote or too many words\n");
			return NULL;
		}
		++*argc;
	}
	argv[*argc] = NULL;
	return s;
}

static void
run_line(const char *s)
{
	/* Room for the zeros; and "$?" becomes three digits at most. */
	char *words = malloc(2 * strlen(s) + 2), *argv[WORDS + 1];
	int argc;

	for (s = skip_blanks(s); words && s && *s;) {
		s = command(s, words, &argc, argv);
		if (s && argc)
			status = run(argc, argv) & 255;
		s = s ? skip_blanks(s + (*s == ';')) : NULL;
	}
	if (!s || !words)
		status = 2;
	free(words);
}

int
main(int argc, char *argv[])
{
	static char line[LINE];

	/* Who gives the terminal away must be able to take it back. */
	signal(SIGTTOU, SIG_IGN);

	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		interactive = isatty(0) && tcgetpgrp(0) == getpgrp();
		run_line(argv[2]);
		return status;
	}
	if (argc > 1 && !freopen(argv[1], "r", stdin)) {
		perror(argv[1]);
		return 127;
	}
	interactive = isatty(0);
	while (interactive ? read_line(line) : !!fgets(line, LINE, stdin))
		run_line(line);
	return status;
}
