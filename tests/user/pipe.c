/*
 * Pipes: order, blocking, ends that close, limits, and no frame kept.
 */
#include <fcntl.h>
#include <sys/select.h>

#include "pages.h"

enum {
	CAPACITY = 65536,
	BIG = 1024 * 1024,
};

static char buf[CAPACITY];
static int *volatile nowhere = (int *)8;

static void
order(void)
{
	static char got[16];
	int p[2];

	is(pipe(p), 0, "pipe");
	is(write(p[1], "one", 3), 3, "three bytes go in");
	is(write(p[1], "two", 3), 3, "three more");
	is(read(p[0], got, sizeof(got)), 6, "a read takes what is there");
	ok(memcmp(got, "onetwo", 6) == 0, "in order");
	is(lseek(p[0], 0, SEEK_SET) == -1 ? errno : 0, ESPIPE,
	   "a pipe has no places");
	is(read(p[1], got, 1) == -1 ? errno : 0, EBADF,
	   "the writing end cannot be read");
	is(write(p[0], got, 1) == -1 ? errno : 0, EBADF,
	   "nor the reading end written");
	is(write(p[1], (void *)8, 1) == -1 ? errno : 0, EFAULT,
	   "a bad pointer is EFAULT");
	close(p[1]);
	is(read(p[0], got, 1), 0, "without writers it ends");
	close(p[0]);
}

static void
limits(void)
{
	int p[2];

	is(pipe2(p, O_NONBLOCK | O_CLOEXEC), 0, "pipe2");
	is(fcntl(p[0], F_GETFD), FD_CLOEXEC, "with its flags");
	is(read(p[0], buf, 1) == -1 ? errno : 0, EAGAIN,
	   "an empty one would block");
	is(write(p[1], buf, sizeof(buf)), CAPACITY, "64 KiB fit");
	is(write(p[1], buf, 1) == -1 ? errno : 0, EAGAIN, "and no more");
	is(read(p[0], buf, 100), 100, "with 100 bytes of room");
	is(write(p[1], buf, 4096) == -1 ? errno : 0, EAGAIN,
	   "a write of 4096 is not split");
	is(write(p[1], buf, 5000), 100, "a larger one is");
	close(p[0]);
	close(p[1]);
	is(pipe2(p, 0x40000000) == -1 ? errno : 0, EINVAL, "unknown flags");
	is(pipe(nowhere) == -1 ? errno : 0, EFAULT, "a bad pointer");
}

static int
write_without_reader(void *unused)
{
	int p[2];

	(void)unused;
	if (pipe(p))
		return 1;
	close(p[0]);
	write(p[1], "x", 1);
	return 2;
}

/* However full it was: an empty pipe keeps the page that the next bytes go to. */
static void
spare_page(void)
{
	long before;
	int p[2];

	need(pipe(p) == 0, "pipe");
	write(p[1], buf, 12288);
	is(read(p[0], nowhere, 1) == -1 ? errno : 0, EFAULT,
	   "a read to nowhere fails");
	is(read(p[0], buf, CAPACITY), 12288, "and has lost nothing");
	before = frames(MEM_PAGE);
	write(p[1], buf, 4096);
	is(frames(MEM_PAGE) - before, 0, "the next page takes no frame");
	read(p[0], buf, 4096);
	close(p[0]);
	close(p[1]);
	is(before - frames(MEM_PAGE), 1, "an empty pipe had kept only that");
}

/* Writes BIG bytes that tell their place. */
static int
produce(int fd)
{
	static unsigned char block[3000];
	size_t done = 0;

	while (done < BIG) {
		size_t n =
			BIG - done < sizeof(block) ? BIG - done : sizeof(block);

		for (size_t i = 0; i < n; i++)
			block[i] = (unsigned char)((done + i) % 251);
		if (write(fd, block, n) != (ssize_t)n)
			return 1;
		done += n;
	}
	return 0;
}

static void
between_processes(void)
{
	size_t done = 0, wrong = 0;
	int p[2];
	pid_t pid;

	need(pipe(p) == 0, "pipe");
	pid = fork();
	if (pid == 0)
		_exit(produce(p[1]));
	close(p[1]);
	for (ssize_t n; (n = read(p[0], buf, 1777)) > 0; done += (size_t)n)
		for (ssize_t i = 0; i < n; i++)
			wrong += (unsigned char)buf[i] !=
				 (done + (size_t)i) % 251;
	is(done, BIG, "1 MiB comes through while both wait for each other");
	is(wrong, 0, "every byte as it was sent");
	is(ending(finish(pid)), 0, "the writer is content");
	close(p[0]);
}

/* What a reader that sleeps sees when the last writer leaves. */
static void
last_writer_leaves(void)
{
	int p[2];
	pid_t pid;

	need(pipe(p) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		_exit((int)read(p[0], buf, 1));
	}
	sleep_ms(30);
	close(p[1]);
	is(ending(finish(pid)), 0, "a reader that waits sees the end");
	close(p[0]);
	need(pipe(p) == 0 && fcntl(p[0], F_SETFL, O_NONBLOCK) == 0, "pipe");
	is(dup2(1, p[1]), p[1], "another file in the place of the last writer");
	is(read(p[0], buf, 1), 0, "is the end as well");
	close(p[0]);
	close(p[1]);
}

static void
killed_asleep(void)
{
	int p[2];
	pid_t pid;

	need(pipe(p) == 0, "pipe");
	pid = fork();
	if (pid == 0)
		_exit(read(p[0], buf, 1) != 0);
	sleep_ms(30);
	kill(pid, SIGKILL);
	is(ending(finish(pid)), 1000 + SIGKILL,
	   "a process that waits for a pipe can be killed");
	close(p[0]);
	close(p[1]);
}

/* select(2) watches what it waits for, and no longer. */
static void
selected(void)
{
	fd_set set;
	int p[2];

	need(pipe(p) == 0 && write(p[1], "x", 1) == 1, "pipe");
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	is(select(p[0] + 1, &set, NULL, NULL, NULL), 1, "select finds a byte");
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	fails(write(p[1], "x", 1), EPIPE, "the end it looked at can be closed");
	signal(SIGPIPE, SIG_DFL);
	close(p[1]);
}

int
main(void)
{
	static struct meminfo before;

	memset(buf, 1, sizeof(buf));
	order();
	between_processes();
	selected();
	look(&before);
	limits();
	spare_page();
	is(ending(run(write_without_reader, NULL)), 1000 + SIGPIPE,
	   "a write without readers is SIGPIPE");
	between_processes();
	last_writer_leaves();
	killed_asleep();
	selected();
	all_back(&before, "no frame is kept");
	return done();
}
