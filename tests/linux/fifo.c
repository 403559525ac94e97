/* Pipes with names, fifo(7): who opens one end waits for the other. */
#include <poll.h>
#include <pthread.h>

#include "case.h"

static char block[70000];

static void
write_word(void)
{
	int fd = open("p", O_WRONLY);

	need(fd);
	need(write(fd, "word", 4));
}

static void
read_word(void)
{
	char word[8] = "";
	int fd = open("p", O_RDONLY);

	need(fd);
	show(read(fd, word, sizeof(word)));
	puts(word);
}

static void
open_and_leave(void)
{
	need(open("p", O_WRONLY));
}

/* A child that sleeps in its open of a new fifo. */
static pid_t
start_waiting(void (*run)(void))
{
	pid_t pid;

	need(mkfifo("p", 0600));
	pid = start(run);
	until_asleep(pid);
	return pid;
}

CASE(a_node_of_its_kind)
{
	struct stat st;

	umask(022);
	show(mkfifo("p", 0666));
	show(mkfifo("p", 0666));
	show(mkfifo("missing/p", 0666));
	show(mkfifo("p/q", 0666));
	show(mkfifo("", 0666));
	show(mknod("q", S_IFIFO | 01777, 5));
	need(stat("p", &st));
	printf("%o %ld %lu\n", st.st_mode, (long)st.st_size,
	       (unsigned long)st.st_nlink);
	need(stat("q", &st));
	printf("%o %lu\n", st.st_mode, (unsigned long)st.st_rdev);
	show(link("p", "second"));
	need(stat("second", &st));
	printf("%o %lu\n", st.st_mode, (unsigned long)st.st_nlink);
	show(rename("second", "q"));
	show(chmod("q", 0600));
	show(unlink("p"));
	show(unlink("q"));
	show(stat("q", &st));
}

CASE(reader_waits_for_writer)
{
	pid_t pid = start_waiting(read_word);

	write_word();
	finish(pid);
}

CASE(writer_waits_for_reader)
{
	pid_t pid = start_waiting(write_word);

	read_word();
	finish(pid);
}

CASE(a_writer_that_left_was_there)
{
	char c;
	int fd;
	pid_t pid = start_waiting(open_and_leave);

	fd = open("p", O_RDONLY);
	finish(pid);
	show(read(fd, &c, 1));
}

CASE(both_ends_at_once)
{
	char word[8] = "";
	int fd;

	need(mkfifo("p", 0600));
	fd = (int)show(open("p", O_RDWR));
	show(write(fd, "self", 4));
	show(read(fd, word, sizeof(word)));
	puts(word);
	show(lseek(fd, 0, SEEK_SET));
	show(ftruncate(fd, 0));
	show(truncate("p", 0));
	show(fcntl(fd, F_GETPIPE_SZ));
}

CASE(not_waiting)
{
	char c;
	int in, out;

	need(mkfifo("p", 0600));
	show(open("p", O_WRONLY | O_NONBLOCK));
	in = (int)show(open("p", O_RDONLY | O_NONBLOCK));
	show(read(in, &c, 1));
	out = (int)show(open("p", O_WRONLY | O_NONBLOCK | O_TRUNC));
	show(read(in, &c, 1));
	show(write(out, block, sizeof(block)));
	show(write(out, block, 1));
	show(close(in));
	signal(SIGPIPE, SIG_IGN);
	show(write(out, block, 1));
	show(open("p", O_RDONLY | O_DIRECTORY));
	show(open("p", O_RDWR | O_CREAT | O_EXCL, 0600));
	show(open("p", O_PATH));
}

CASE(the_last_end_takes_all_along)
{
	char c;
	int fd;

	need(mkfifo("p", 0600));
	fd = open("p", O_RDWR);
	need(write(fd, "lost", 4));
	close(fd);
	fd = open("p", O_RDONLY | O_NONBLOCK);
	show(read(fd, &c, 1));
}

CASE(removed_but_open)
{
	char word[8] = "";
	struct stat st;
	int fd;

	need(mkfifo("p", 0600));
	fd = open("p", O_RDWR);
	need(unlink("p"));
	show(write(fd, "kept", 4));
	need(fstat(fd, &st));
	printf("%o %lu\n", st.st_mode, (unsigned long)st.st_nlink);
	show(read(fd, word, sizeof(word)));
	puts(word);
	show(open("p", O_RDWR));
}

static void
show_poll(int fd, short events)
{
	struct pollfd p = {fd, events, 0};

	show(poll(&p, 1, 0));
	printf("%x\n", (unsigned)p.revents);
}

CASE(poll_ends)
{
	int in, out;

	need(mkfifo("p", 0600));
	in = open("p", O_RDONLY | O_NONBLOCK);
	show_poll(in, POLLIN);
	out = open("p", O_WRONLY);
	show_poll(in, POLLIN);
	show_poll(out, POLLOUT);
	need(write(out, "x", 1));
	show_poll(in, POLLIN);
	close(out);
	show_poll(in, POLLIN);
	show(read(in, block, 9));
	show_poll(in, POLLIN);
	out = open("p", O_WRONLY);
	close(in);
	show_poll(out, POLLOUT);
}

static volatile int caught;

static void catch (int number)
{
	caught = number;
}

static void
open_with_handler(int flags)
{
	struct sigaction act = {.sa_handler = catch, .sa_flags = flags};

	sigaction(SIGUSR1, &act, NULL);
	show(open("p", O_RDONLY));
	show(caught == SIGUSR1);
}

static void
interrupted(void)
{
	open_with_handler(0);
}

static void
restarted(void)
{
	open_with_handler(SA_RESTART);
}

CASE(a_signal_ends_the_waiting)
{
	pid_t pid = start_waiting(interrupted);

	need(kill(pid, SIGUSR1));
	finish(pid);
	/* That end counts no more. */
	show(open("p", O_WRONLY | O_NONBLOCK));
}

CASE(or_it_goes_on_after_it)
{
	pid_t pid = start_waiting(restarted);

	need(kill(pid, SIGUSR1));
	sleep_ms(20);
	need(open("p", O_WRONLY));
	finish(pid);
}

CASE(who_waits_can_be_killed)
{
	pid_t pid = start_waiting(read_word);

	need(kill(pid, SIGKILL));
	finish(pid);
	show(open("p", O_WRONLY | O_NONBLOCK));
}

static void *
open_late(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)open("p", O_RDONLY);
}

/* What a thread opens meanwhile has a descriptor of its own. */
CASE(threads_open_meanwhile)
{
	pthread_t thread;
	void *in;
	int other, out;
	char c;

	need(mkfifo("p", 0600));
	if (pthread_create(&thread, NULL, open_late, NULL))
		exit(99);
	sleep_ms(50);
	other = open("/dev/null", O_WRONLY);
	out = open("p", O_WRONLY);
	if (pthread_join(thread, &in))
		exit(99);
	printf("%d\n", (int)(intptr_t)in != other && (intptr_t)in != out);
	show(write(out, "y", 1));
	show(read((int)(intptr_t)in, &c, 1));
}

CASE(what_cannot_be_done_with_one)
{
	int fd;

	need(mkfifo("p", 0700));
	fd = open("p", O_RDWR);
	show(fsync(fd));
	show(pread(fd, block, 1, 0));
	show(execl("p", "p", (char *)NULL));
	show(chdir("p"));
	show(rmdir("p"));
	show(readlink("p", block, 9));
	show(unlink("p/"));
}
