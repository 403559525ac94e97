/*
 * /dev: null, zero, the console.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "process.h"

static void
null(void)
{
	int fd = open("/dev/null", O_RDWR);
	struct stat st;
	char c;

	need(fd >= 0, "/dev/null");
	is(write(fd, "abc", 3), 3, "/dev/null takes everything");
	is(read(fd, &c, 1), 0, "and gives nothing");
	need(fstat(fd, &st) == 0, "fstat");
	ok(S_ISCHR(st.st_mode), "it is a character device");
	fails(ioctl(fd, TCGETS, &c), ENOTTY, "but no terminal");
	close(fd);
}

static void
zero(void)
{
	int fd = open("/dev/zero", O_RDWR);
	char buf[100];
	int sum = 0;

	need(fd >= 0, "/dev/zero");
	memset(buf, 1, sizeof(buf));
	is(read(fd, buf, sizeof(buf)), sizeof(buf), "/dev/zero");
	for (size_t i = 0; i < sizeof(buf); i++)
		sum += buf[i];
	is(sum, 0, "gives zeros");
	close(fd);
}

static void
console(void)
{
	int fd = open("/dev/console", O_RDWR);
	struct termios t = {0}, raw;
	struct winsize size = {0};

	need(fd >= 0, "/dev/console");
	is(isatty(fd), 1, "the console is a terminal");
	need(tcgetattr(fd, &t) == 0, "tcgetattr");
	ok((t.c_lflag & ICANON) && (t.c_lflag & ECHO) && (t.c_lflag & ISIG),
	   "which edits lines, echoes and knows ^C");
	raw = t;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	is(tcsetattr(fd, TCSANOW, &raw), 0, "tcsetattr");
	need(tcgetattr(fd, &raw) == 0, "tcgetattr");
	is(raw.c_lflag & (ICANON | ECHO), 0, "changes that");
	need(tcsetattr(fd, TCSANOW, &t) == 0, "tcsetattr");
	is(ioctl(fd, TIOCGWINSZ, &size), 0, "it has a size");
	ok(size.ws_col >= 40 && size.ws_row >= 10, "that a shell can use");
	fails(lseek(fd, 0, SEEK_SET), ESPIPE, "it cannot be wound back");
	close(fd);
}

/* How a read ends that finds no key pressed. */
static void
no_key(void)
{
	int fd = open("/dev/console", O_RDWR | O_NONBLOCK);
	struct termios t = {0}, raw;
	char c;

	need(fd >= 0 && tcgetattr(fd, &t) == 0, "/dev/console");
	raw = t;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	is(tcsetattr(fd, TCSAFLUSH, &raw), 0, "keys pressed are forgotten");
	fails(read(fd, &c, 1), EAGAIN, "O_NONBLOCK: EAGAIN");
	close(fd);
	fd = open("/dev/console", O_RDWR);
	need(fd >= 0, "/dev/console");
	raw.c_cc[VMIN] = 0;
	need(tcsetattr(fd, TCSANOW, &raw) == 0, "tcsetattr");
	is(read(fd, &c, 1), 0, "VMIN 0: nothing, at once");
	raw.c_cc[VTIME] = 1;
	need(tcsetattr(fd, TCSANOW, &raw) == 0, "tcsetattr");
	is(read(fd, &c, 1), 0, "VTIME: nothing, when the time is over");
	need(tcsetattr(fd, TCSANOW, &t) == 0, "tcsetattr");
	close(fd);
}

static void
directory(void)
{
	DIR *dir = opendir("/dev");
	struct dirent *e;
	int found = 0;

	need(dir != NULL, "/dev");
	while ((e = readdir(dir)))
		found += strcmp(e->d_name, "null") == 0 ||
			 strcmp(e->d_name, "zero") == 0 ||
			 strcmp(e->d_name, "console") == 0;
	closedir(dir);
	is(found, 3, "/dev lists its devices");
}

int
main(void)
{
	null();
	zero();
	console();
	no_key();
	directory();
	return done();
}
