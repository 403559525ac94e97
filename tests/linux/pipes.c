/* Pipes: sizes, ends that leave, atomic writes, and not waiting. */
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "case.h"

static int tube[2];
static char block[70000];

CASE(bytes_come_out_in_order)
{
	char c[10];

	show(pipe(tube));
	show(tube[0]);
	show(tube[1]);
	show(write(tube[1], "abc", 3));
	show(write(tube[1], "def", 3));
	show(read(tube[0], c, 2));
	show(read(tube[0], c + 2, 8));
	printf("%.6s\n", c);
}

CASE(ends_have_directions)
{
	char c;

	need(pipe(tube));
	show(read(tube[1], &c, 1));
	show(write(tube[0], &c, 1));
	show(lseek(tube[0], 0, SEEK_SET));
	show(lseek(tube[1], 0, SEEK_END));
	show(ftruncate(tube[1], 0));
	show(fsync(tube[1]));
}

CASE(last_writer_leaves)
{
	char c;

	need(pipe(tube));
	show(write(tube[1], "x", 1));
	show(close(tube[1]));
	show(read(tube[0], &c, 1));
	show(read(tube[0], &c, 1));
	show(read(tube[0], &c, 1));
}

static void
write_without_reader(void)
{
	show(write(tube[1], "x", 1));
}

CASE(last_reader_leaves)
{
	need(pipe(tube));
	close(tube[0]);
	finish(start(write_without_reader));
	signal(SIGPIPE, SIG_IGN);
	show(write(tube[1], "x", 1));
	show(write(tube[1], "x", 0));
}

static volatile int caught;

static void catch (int signal)
{
	caught = signal;
}

CASE(sigpipe_can_be_caught)
{
	need(pipe(tube));
	close(tube[0]);
	signal(SIGPIPE, catch);
	show(write(tube[1], "x", 1));
	show(caught);
}

CASE(pipe_flags)
{
	char c;

	show(pipe2(tube, O_NONBLOCK | O_CLOEXEC));
	show(fcntl(tube[0], F_GETFD));
	show(fcntl(tube[1], F_GETFD));
	printf("%x %x\n", fcntl(tube[0], F_GETFL), fcntl(tube[1], F_GETFL));
	show(read(tube[0], &c, 1));
	show(pipe2(tube, 12345));
	show(pipe2(tube, O_APPEND));
	show(syscall(SYS_pipe2, BAD, 0));
	show(syscall(SYS_pipe, BAD));
	show(syscall(SYS_pipe, NULL));
}

CASE(holds_64_kib)
{
	long total = 0, n;

	need(pipe2(tube, O_NONBLOCK));
	while ((n = write(tube[1], block, 4096)) > 0)
		total += n;
	show(n);
	show(total);
	show(write(tube[1], "x", 1));
	show(read(tube[0], block, 4095));
	show(write(tube[1], block, 4096));
	show(read(tube[0], block, 1));
	show(write(tube[1], block, 4096));
}

CASE(big_write_is_cut_when_not_waiting)
{
	need(pipe2(tube, O_NONBLOCK));
	show(write(tube[1], block, 70000));
	show(write(tube[1], block, 70000));
	show(read(tube[0], block, 70000));
}

static void
read_slowly(void)
{
	long total = 0, n;

	close(tube[1]);
	while ((n = read(tube[0], block, 3000)) > 0) {
		total += n;
		if (total < 30000)
			sleep_ms(1);
	}
	show(total);
}

CASE(big_write_waits_for_the_reader)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(read_slowly);
	close(tube[0]);
	show(write(tube[1], block, 70000));
	show(write(tube[1], block, 70000));
	close(tube[1]);
	finish(pid);
}

static void
write_later(void)
{
	sleep_ms(30);
	need(write(tube[1], "late", 4));
	sleep_ms(30);
}

CASE(reader_waits_for_bytes_then_for_the_end)
{
	char c[10];
	pid_t pid;

	need(pipe(tube));
	pid = start(write_later);
	close(tube[1]);
	show(read(tube[0], c, 10));
	show(read(tube[0], c, 10));
	finish(pid);
}

static void
write_letters(void)
{
	char letter = getpid() % 2 ? 'a' : 'b', all[4096];

	memset(all, letter, sizeof(all));
	close(tube[0]);
	for (int i = 0; i < 20; i++)
		need(write(tube[1], all, sizeof(all)));
}

CASE(small_writes_are_atomic)
{
	static char got[4096];
	long blocks = 0, mixed = 0;
	pid_t one, two;

	need(pipe(tube));
	one = start(write_letters);
	two = start(write_letters);
	close(tube[1]);
	while (1) {
		size_t have = 0;
		ssize_t n = 0;

		while (have < sizeof(got)) {
			n = read(tube[0], got + have, sizeof(got) - have);
			if (n <= 0)
				break;
			have += (size_t)n;
		}
		if (n <= 0)
			break;
		blocks++;
		for (size_t i = 1; i < sizeof(got); i++)
			mixed += got[i] != got[0];
	}
	show(blocks);
	show(mixed);
	finish(one);
	finish(two);
}

static void
wait_for_bytes(void)
{
	char c;

	close(tube[1]);
	show(read(tube[0], &c, 1));
}

CASE(blocked_reader_can_be_killed)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(wait_for_bytes);
	until_asleep(pid);
	show(kill(pid, SIGKILL));
	finish(pid);
}

static void
write_too_much(void)
{
	close(tube[0]);
	show(write(tube[1], block, 70000));
}

CASE(blocked_writer_can_be_killed)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(write_too_much);
	until_asleep(pid);
	show(kill(pid, SIGKILL));
	finish(pid);
	show(ioctl(tube[0], FIONREAD, &caught));
	show(caught);
}

CASE(blocked_writer_gets_sigpipe)
{
	pid_t pid;

	need(pipe(tube));
	pid = start(write_too_much);
	until_asleep(pid);
	close(tube[0]);
	finish(pid);
}

CASE(bad_memory)
{
	char c;

	need(pipe2(tube, O_NONBLOCK));
	show(write(tube[1], BAD, 1));
	show(write(tube[1], "x", 1));
	show(read(tube[0], BAD, 1));
	show(read(tube[0], &c, 1));
	show(read(tube[0], BAD, 0));
	show(read(tube[0], &c, 0));
}

CASE(how_many_bytes)
{
	int n = -1;

	need(pipe(tube));
	show(ioctl(tube[0], FIONREAD, &n));
	show(n);
	need(write(tube[1], "abc", 3));
	show(ioctl(tube[0], FIONREAD, &n));
	show(n);
	show(ioctl(tube[0], 0x12345, &n));
}

CASE(pipe_status)
{
	struct stat st;

	need(pipe(tube));
	need(fstat(tube[0], &st));
	printf("%o\n", st.st_mode);
	show(st.st_size);
	show(st.st_nlink);
	show(isatty(tube[0]));
}

CASE(vectors_in_pipes)
{
	struct iovec out[] = {{(char *)"one", 3}, {(char *)"two", 3}};
	char c[6];
	struct iovec in[] = {{c, 4}, {c + 4, 2}};

	need(pipe(tube));
	show(writev(tube[1], out, 2));
	show(readv(tube[0], in, 2));
	printf("%.6s\n", c);
}

CASE(capacity)
{
	need(pipe(tube));
	show(fcntl(tube[0], F_GETPIPE_SZ));
	show(fcntl(0, F_GETPIPE_SZ));
}

static void *
read_in_thread(void *unused)
{
	char c;

	(void)unused;
	return (void *)read(tube[0], &c, 1);
}

CASE(threads_talk)
{
	pthread_t thread;
	void *result;

	need(pipe(tube));
	need(-pthread_create(&thread, NULL, read_in_thread, NULL));
	show(write(tube[1], "x", 1));
	pthread_join(thread, &result);
	show((long)result);
}
