/* dup, fcntl, close-on-exec, and running out of descriptors. */
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "case.h"

CASE(duplicates)
{
	make_file("f", "0123456789");
	show(open("f", O_RDONLY));
	show(dup(3));
	show(dup2(3, 3));
	show(dup2(3, 10));
	show(dup2(3, 10));
	show(dup2(3, -1));
	show(dup2(3, 100000));
	show(dup2(99, 99));
	show(dup(10));
	show(close(3));
	show(lseek(10, 5, SEEK_SET));
	show(lseek(4, 0, SEEK_CUR));
}

CASE(duplicates_with_flags)
{
	make_file("f", "");
	need(open("f", O_RDONLY));
	show(dup3(3, 5, O_CLOEXEC));
	show(fcntl(5, F_GETFD));
	show(dup3(3, 3, 0));
	show(dup3(3, 6, 12345));
	show(dup3(3, 6, O_NONBLOCK));
	show(dup3(3, 1000000, 0));
	show(dup3(99, 6, 0));
	show(dup2(5, 7));
	show(fcntl(7, F_GETFD));
}

CASE(duplicates_from_a_number)
{
	make_file("f", "");
	need(open("f", O_RDONLY));
	show(fcntl(3, F_DUPFD, 20));
	show(fcntl(3, F_DUPFD, 20));
	show(fcntl(3, F_DUPFD_CLOEXEC, 0));
	show(fcntl(4, F_GETFD));
	show(fcntl(21, F_GETFD));
	show(fcntl(3, F_DUPFD, -1));
	show(fcntl(3, F_DUPFD, 256));
	show(fcntl(3, F_DUPFD, 255));
	show(fcntl(3, F_DUPFD, 255));
}

CASE(close_on_exec_flag)
{
	make_file("f", "");
	show(open("f", O_RDONLY));
	show(open("f", O_RDONLY | O_CLOEXEC));
	show(fcntl(3, F_GETFD));
	show(fcntl(4, F_GETFD));
	show(fcntl(3, F_SETFD, FD_CLOEXEC));
	show(fcntl(4, F_SETFD, 0));
	show(fcntl(3, F_GETFD));
	show(fcntl(4, F_GETFD));
	show(fcntl(4, F_SETFD, 2));
	show(fcntl(4, F_GETFD));
}

CASE(status_flags)
{
	int fd;

	make_file("f", "");
	fd = open("f", O_RDWR | O_APPEND | O_CREAT | O_TRUNC);
	printf("%x\n", fcntl(fd, F_GETFL) & ~0100000);
	show(fcntl(fd, F_SETFL, O_NONBLOCK));
	printf("%x\n", fcntl(fd, F_GETFL) & ~0100000);
	show(fcntl(fd, F_SETFL, O_RDONLY | O_APPEND));
	printf("%x\n", fcntl(fd, F_GETFL) & ~0100000);
	fd = open("f", O_WRONLY | O_CLOEXEC);
	printf("%x\n", fcntl(fd, F_GETFL) & ~0100000);
	show(fcntl(fd, 12345, 0));
}

static void
report_open(void)
{
	for (int fd = 3; fd < 8; fd++)
		printf("%d %s\n", fd, fcntl(fd, F_GETFD) < 0 ? "no" : "yes");
}

CASE(after_exec)
{
	report_open();
}

CASE(exec_closes_what_it_should)
{
	make_file("f", "");
	need(open("f", O_RDONLY));
	need(open("f", O_RDONLY | O_CLOEXEC));
	need(dup2(3, 5));
	need(fcntl(3, F_SETFD, FD_CLOEXEC));
	report_open();
	execl("/proc/self/exe", "descriptors", "after_exec", NULL);
	show(-1);
}

CASE(too_many_descriptors)
{
	struct rlimit limit = {10, 10};
	int tube[2] = {-1, -1};

	make_file("f", "");
	show(setrlimit(RLIMIT_NOFILE, &limit));
	while (open("f", O_RDONLY) >= 0)
		;
	show(open("f", O_RDONLY));
	show(dup(0));
	show(pipe(tube));
	show(fcntl(0, F_DUPFD, 0));
	show(dup2(0, 10));
	show(dup2(0, 9));
	show(close(9));
	show(pipe(tube));
	show(tube[0]);
	show(open("missing", O_RDONLY));
	show(open("f", O_RDONLY));
}

CASE(limit_below_open_descriptors)
{
	struct rlimit limit = {4, 256};
	char c;

	make_file("f", "x");
	need(dup2(open("f", O_RDONLY), 20));
	show(setrlimit(RLIMIT_NOFILE, &limit));
	show(read(20, &c, 1));
	show(open("f", O_RDONLY));
	show(close(20));
	show(close(3));
	show(open("f", O_RDONLY));
}

CASE(highest_descriptor)
{
	show(dup2(0, 255));
	show(dup2(0, 256));
	show(close(255));
	show(close(255));
}

CASE(failed_open_takes_no_descriptor)
{
	show(open("missing", O_RDONLY));
	show(syscall(SYS_open, BAD, O_RDONLY));
	show(syscall(SYS_pipe, BAD));
	make_file("f", "");
	show(open("f", O_RDONLY));
}

CASE(not_a_terminal)
{
	struct winsize size;
	int n;

	make_file("f", "abc");
	need(open("f", O_RDONLY));
	show(isatty(3));
	show(isatty(0));
	show(ioctl(3, TIOCGWINSZ, &size));
	show(ioctl(3, 0x12345, &size));
	show(ioctl(3, FIONREAD, &n));
	show(n);
	show(ioctl(3, FIONREAD, BAD));
}

static void
close_and_end(void)
{
	close(3);
	_exit(0);
}

CASE(a_child_closes_only_its_own)
{
	char c;

	make_file("f", "x");
	need(open("f", O_RDONLY));
	finish(start(close_and_end));
	show(read(3, &c, 1));
}

CASE(nonblocking_by_ioctl)
{
	int tube[2], on = 1;
	char c;

	need(pipe(tube));
	show(ioctl(tube[0], FIONBIO, &on));
	show(read(tube[0], &c, 1));
	printf("%x\n", fcntl(tube[0], F_GETFL));
	on = 0;
	show(ioctl(tube[0], FIONBIO, &on));
	printf("%x\n", fcntl(tube[0], F_GETFL));
	show(ioctl(tube[0], FIOCLEX));
	show(fcntl(tube[0], F_GETFD));
	show(ioctl(tube[0], FIONCLEX));
	show(fcntl(tube[0], F_GETFD));
}
