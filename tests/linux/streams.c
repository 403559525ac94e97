/* Pipes and devices. */
#include "case.h"

#include <sys/uio.h>

static char buf[1 << 17];

CASE(both_ends)
{
	int p[2];

	need(pipe(p));
	show(write(p[1], "one", 3));
	show(write(p[1], "two", 3));
	show(read(p[0], buf, 4));
	show(read(p[0], buf, 4));
	show(write(p[0], "x", 1));
	show(read(p[1], buf, 1));
	show(lseek(p[0], 0, SEEK_SET));
	show(pread(p[0], buf, 1, 0));
	show(pwrite(p[1], buf, 1, 0));
	show(write(p[1], "", 0));
	show(read(p[0], buf, 0));
	show(write(p[1], "last", 4));
	show(close(p[1]));
	show(read(p[0], buf, 10));
	show(read(p[0], buf, 10));
}

CASE(capacity)
{
	int p[2];

	need(pipe2(p, O_NONBLOCK));
	show(read(p[0], buf, 1));
	show(write(p[1], buf, sizeof(buf)));
	show(write(p[1], buf, 1));
	show(read(p[0], buf, 4095));
	show(write(p[1], buf, 4096));
	show(read(p[0], buf, 1));
	show(write(p[1], buf, 4096));
	show(read(p[0], buf, 3 * 4096));
	show(write(p[1], buf, 5 * 4096));
	show(read(p[0], buf, sizeof(buf)));
	show(read(p[0], buf, sizeof(buf)));
	close(p[1]);
	show(read(p[0], buf, sizeof(buf)));
}

CASE(blocking_or_not)
{
	int p[2];

	need(pipe(p));
	show(fcntl(p[0], F_SETFL, O_NONBLOCK));
	show(read(p[0], buf, 1));
	show(fcntl(p[1], F_GETFL));
	show(fcntl(p[0], F_GETFL));
}

CASE(creation_errors)
{
	int p[2];

	show(syscall(SYS_pipe, BAD));
	show(syscall(SYS_pipe2, p, 1));
	show(open(".", O_RDONLY));
	show(syscall(SYS_pipe2, p, O_CLOEXEC));
	show(fcntl(p[0], F_GETFD));
	show(fcntl(p[1], F_GETFD));
}

static int ends[2];

static void
write_without_reader(void)
{
	close(ends[0]);
	show(write(ends[1], "x", 1));
}

static void
write_without_reader_ignored(void)
{
	signal(SIGPIPE, SIG_IGN);
	write_without_reader();
	show(write(ends[1], "", 0));
}

CASE(without_reader)
{
	need(pipe(ends));
	close(ends[0]);
	finish(start(write_without_reader));
	finish(start(write_without_reader_ignored));
}

/* Each of two writers writes records, which must not be mixed. */
static void
write_records(void)
{
	char record[PIPE_BUF];

	memset(record, (char)getpid(), sizeof(record));
	for (int i = 0; i < 50; i++)
		if (write(ends[1], record, sizeof(record)) != PIPE_BUF)
			_exit(1);
}

CASE(records_are_whole)
{
	static char record[PIPE_BUF];
	long records = 0, mixed = 0;
	size_t have = 0;
	ssize_t n;
	pid_t a, b;

	need(pipe(ends));
	a = start(write_records);
	b = start(write_records);
	close(ends[1]);
	while ((n = read(ends[0], record + have, PIPE_BUF - have)) > 0) {
		have += (size_t)n;
		if (have < PIPE_BUF)
			continue;
		records++;
		mixed += memcmp(record, record + 1, PIPE_BUF - 1) != 0;
		have = 0;
	}
	show(records);
	show(mixed);
	finish(a);
	finish(b);
}

static void
write_much(void)
{
	close(ends[0]);
	show(write(ends[1], buf, sizeof(buf)));
}

/* A write of more than fits sleeps until all of it went. */
CASE(large_write)
{
	long total = 0;
	pid_t pid;
	ssize_t n;

	need(pipe(ends));
	pid = start(write_much);
	close(ends[1]);
	while ((n = read(ends[0], buf, 10000)) > 0)
		total += n;
	show(total);
	finish(pid);
}

static void
leave_while_it_writes(void)
{
	close(ends[1]);
	read(ends[0], buf, 1000);
	sleep_ms(50);
}

CASE(last_reader_leaves)
{
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	need(pipe(ends));
	pid = start(leave_while_it_writes);
	close(ends[0]);
	show(write(ends[1], buf, sizeof(buf)) < (long)sizeof(buf));
	show(write(ends[1], buf, 1));
	finish(pid);
}

CASE(vectors)
{
	struct iovec in[] = {{buf, 3}, {buf + 3, 3}};
	struct iovec out[] = {{"ab", 2}, {"cd", 2}};
	int p[2];

	need(pipe(p));
	show(writev(p[1], out, 2));
	show(readv(p[0], in, 2));
	printf("%s\n", buf);
}

CASE(null_and_zero)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);

	show(read(null, buf, 10));
	show(write(null, "abc", 3));
	show(write(null, BAD, 3));
	memset(buf, 1, sizeof(buf));
	show(read(zero, buf, sizeof(buf) - 1));
	show(buf[0] + buf[sizeof(buf) - 2]);
	show(buf[sizeof(buf) - 1]);
	show(write(zero, "abc", 3));
	show(read(zero, BAD, 3));
	show(lseek(null, 10, SEEK_SET));
	show(ftruncate(null, 0));
	show(close(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600)));
	show(open("/dev/null/", O_RDONLY));
	show(open("/dev/null", O_RDONLY | O_DIRECTORY));
}

CASE(full)
{
	int fd = open("/dev/full", O_RDWR);

	buf[0] = 1;
	show(read(fd, buf, 10));
	show(buf[0]);
	show(write(fd, "x", 1));
	show(pwrite(fd, "x", 1, 5));
}

CASE(random_numbers)
{
	static const char *names[] = {"/dev/random", "/dev/urandom"};

	for (int i = 0; i < 2; i++) {
		int fd = open(names[i], O_RDWR);
		long set = 0;

		memset(buf, 0, 1000);
		show(read(fd, buf, 1000));
		for (int j = 0; j < 1000; j++)
			set += buf[j] != 0;
		show(set > 900);
		show(write(fd, "seed", 4));
		show(read(fd, BAD, 1));
	}
}

CASE(names_of_descriptors)
{
	char target[64] = "";

	show(readlink("/dev/fd", target, 63));
	printf("%s\n", target);
	show(readlink("/dev/stdin", target, 63));
	show(readlink("/dev/stdout", target, 63));
	show(readlink("/dev/stderr", target, 63));
	printf("%s\n", target);
}
