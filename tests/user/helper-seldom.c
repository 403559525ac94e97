/*
 * Calls that no other program of the image makes, for tests/inject.py.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void
terminal(void)
{
	int fd = open("/dev/console", O_RDWR);
	pid_t group = getpgrp();
	struct termios t;
	struct winsize size;

	signal(SIGTTOU, SIG_IGN);
	write(fd, "\n", 1);
	tcgetattr(fd, &t);
	tcsetattr(fd, TCSANOW, &t);
	ioctl(fd, TIOCGWINSZ, &size);
	ioctl(fd, TIOCSWINSZ, &size);
	ioctl(fd, TIOCSPGRP, &group);
}

int
main(void)
{
	uint32_t id[3];
	uint64_t cpus = 1;
	struct rusage usage;

	terminal();
	syscall(SYS_getresuid, &id[0], &id[1], &id[2]);
	syscall(SYS_sched_setaffinity, 0, sizeof(cpus), &cpus);
	if (fork() == 0)
		_exit(0);
	syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED, &usage);
	return 0;
}
