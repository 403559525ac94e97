/*
 * driver NONCE LIST: runs the cases that LIST names, one after the other, on
 * Linux or as the first program of Quire, and reports each on its standard
 * output.
 *
 * A line of LIST has fields that tabs end:
 *
 *	name, milliseconds it may take, program, argv[0], argv[1], ...
 *
 * A case runs in the new directory run/NAME below the one that LIST is in,
 * which is where its paths begin. Its standard input is /dev/null, and its
 * output goes to files: it is reported when the case has ended, in lines
 *
 *	@NONCE NAME KIND HEX SUM
 *
 * KIND: b began, o a piece of its standard output, e of its standard error, x
 * how it ended ("exit 3", "signal 9", "timeout"; "stuck" if it outlived SIGKILL
 * too). The kernel may write to the same line, therefore the newline before and
 * the sum behind. The last line is of the case "-": the driver's own end.
 *
 * It asks little of a kernel: no signals but SIGKILL, no timers but sleep.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECE = 256,	      /* bytes in a line of the report */
	OUTPUT_LIMIT = 65536, /* of a case that prints for ever */
	LIST_LIMIT = 1 << 18,
	FIELDS = 16,
	NAP_MS = 2,
	KILL_MS = 2000, /* how long a killed process may take to end */
	FILES = 256,	/* limits of a case, on any host */
	STACK = 8 << 20,
};

static const char *nonce;
static char *environment[] = {
	(char[]){"PATH=/bin:/usr/bin"},
	(char[]){"HOME=/"},
	(char[]){"TERM=vt100"},
	(char[]){"LC_ALL=C"},
	(char[]){"TZ=UTC0"},
	NULL,
};

static void
fail(const char *what)
{
	dprintf(1, "driver: %s: errno %d\n", what, errno);
	_exit(1);
}

static void
write_all(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(1, bytes, len);

		if (n <= 0)
			_exit(1);
		bytes += n;
		len -= (size_t)n;
	}
}

static void
report(const char *name, char kind, const void *data, size_t len)
{
	static char line[3 * PIECE + 200];
	const unsigned char *bytes = data;
	unsigned int sum = 0;
	int n = snprintf(line, sizeof(line) - 2 * PIECE - 20, "\n@%s %s %c ",
			 nonce, name, kind);

	for (size_t i = 0; i < len; i++)
		n += sprintf(line + n, "%02x", bytes[i]);
	for (int i = 1; i < n; i++)
		sum = sum * 31 + (unsigned char)line[i];
	n += sprintf(line + n, " %08x\n", sum);
	write_all(line, (size_t)n);
}

static void
report_file(const char *name, char kind, const char *path)
{
	static char piece[PIECE];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	for (int sent = 0; sent < OUTPUT_LIMIT; sent += PIECE) {
		n = read(fd, piece, sizeof(piece));
		if (n <= 0)
			break;
		report(name, kind, piece, (size_t)n);
	}
	close(fd);
}

static void
open_as(int fd, const char *path, int flags)
{
	int opened = open(path, flags, 0644);

	if (opened < 0)
		fail(path);
	if (opened != fd) {
		dup2(opened, fd);
		close(opened);
	}
}

static void
limit(int resource, rlim_t value)
{
	setrlimit(resource, &(struct rlimit){value, value});
}

/* Whatever whoever started us ignores or blocks. By the bare call: a libc keeps
 * some numbers to itself. */
static void
forget_signals(void)
{
	const unsigned long none[4] = {0};

	for (int signal = 1; signal <= 64; signal++)
		syscall(SYS_rt_sigaction, signal, none, NULL, 8);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, 8);
}

/* In the child: everything that a case can notice is the same everywhere. */
static void
run_case(char *field[])
{
	setsid();
	forget_signals();
	open_as(0, "/dev/null", O_RDONLY);
	/* Anew: an orphan of the case before may still have the old ones. */
	unlink("../err");
	unlink("../out");
	open_as(2, "../err", O_WRONLY | O_CREAT);
	open_as(1, "../out", O_WRONLY | O_CREAT);
	for (int fd = 3; fd < 20; fd++)
		close(fd);
	umask(022);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, FILES);
	limit(RLIMIT_STACK, STACK);
	execve(field[2], field + 3, environment);
	dprintf(2, "driver: cannot execute %s: errno %d\n", field[2], errno);
	_exit(97);
}

static void
nap(void)
{
	nanosleep(&(struct timespec){0, NAP_MS * 1000000}, NULL);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Other children are orphans of earlier cases. => whether it has ended */
static int
wait_until(pid_t pid, long end, int *status)
{
	do {
		pid_t dead = waitpid(-1, status, WNOHANG);

		if (dead == pid || (dead < 0 && errno == ECHILD))
			return 1;
		if (dead <= 0)
			nap();
	} while (now_ms() < end);
	return 0;
}

static void
judge(const char *name, pid_t pid, long ms)
{
	char how[40];
	int status = 0;

	if (wait_until(pid, now_ms() + ms, &status)) {
		int killed = WIFSIGNALED(status);

		sprintf(how, "%s %d", killed ? "signal" : "exit",
			killed ? WTERMSIG(status) : WEXITSTATUS(status));
	} else {
		kill(-pid, SIGKILL);
		strcpy(how, wait_until(pid, now_ms() + KILL_MS, &status)
				    ? "timeout"
				    : "stuck");
	}
	kill(-pid, SIGKILL); /* what it left running */
	report_file(name, 'o', "../out");
	report_file(name, 'e', "../err");
	report(name, 'x', how, strlen(how));
}

static void
begin(char *field[])
{
	const char *name = field[0];
	pid_t pid;

	report(name, 'b', "", 0);
	if (mkdir(name, 0755) || chdir(name))
		fail(name);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		run_case(field);
	judge(name, pid, atol(field[1]));
	if (chdir(".."))
		fail("..");
}

/* Cuts a line into fields. => where the next line begins */
static char *
cut(char *line, char *field[FIELDS + 1])
{
	int n = 0;

	while (*line && *line != '\n' && n < FIELDS) {
		field[n++] = line;
		line += strcspn(line, "\t\n");
		if (*line == '\t')
			*line++ = 0;
	}
	field[n] = NULL;
	if (*line)
		*line++ = 0;
	return line;
}

int
main(int argc, char *argv[])
{
	static char list[LIST_LIMIT];
	static char *field[FIELDS + 1];
	char *slash;
	int fd;

	if (argc != 3)
		fail("usage: driver NONCE LIST");
	nonce = argv[1];
	fd = open(argv[2], O_RDONLY);
	if (fd < 0 || read(fd, list, sizeof(list) - 1) < 0)
		fail(argv[2]);
	close(fd);
	slash = strrchr(argv[2], '/');
	*slash = 0;
	if (chdir(argv[2]) || mkdir("run", 0755) || chdir("run"))
		fail("run");
	for (char *line = list; *line;) {
		line = cut(line, field);
		begin(field);
	}
	report("-", 'x', "exit 0", 6);
	return 0;
}
