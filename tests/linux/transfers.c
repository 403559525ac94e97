/* Bytes from one file to another: sendfile and copy_file_range. */
#include "case.h"

#include <sys/sendfile.h>

static int
open_new(const char *name)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0600);

	need_result(name, fd);
	return fd;
}

CASE(send_file_to_file)
{
	off_t at = 2;
	int in, out;

	make_file("in", "0123456789");
	in = open("in", O_RDONLY);
	out = open_new("out");
	show(sendfile(out, in, NULL, 4));
	show(lseek(in, 0, SEEK_CUR));
	show(sendfile(out, in, &at, 3));
	show(at);
	show(lseek(in, 0, SEEK_CUR));
	show(sendfile(out, in, NULL, 100));
	show(sendfile(out, in, NULL, 100));
	show(lseek(out, 0, SEEK_CUR));
	at = 100;
	show(sendfile(out, in, &at, 3));
	show(at);
	show(sendfile(out, in, NULL, 0));
	show_file("out");
}

CASE(send_many_pages)
{
	static char page[PAGE], back[PAGE];
	int in = open_new("in"), out = open_new("out");
	off_t at = 3 * PAGE + 7;
	long wrong = 0;

	for (int i = 0; i < 40; i++) {
		memset(page, i, PAGE);
		need(write(in, page, PAGE));
	}
	show(sendfile(out, in, &at, 30 * PAGE));
	for (int i = 0; i < 30; i++) {
		need(pread(out, back, PAGE, i * PAGE));
		wrong += back[0] != 3 + i || back[PAGE - 7] != 4 + i;
	}
	show(wrong);
	show(lseek(out, 0, SEEK_END));
}

CASE(send_into_a_pipe)
{
	char buf[100] = "";
	int p[2], in;

	make_file("in", "0123456789");
	in = open("in", O_RDONLY);
	need(pipe(p));
	show(sendfile(p[1], in, NULL, 100));
	show(read(p[0], buf, 100));
	printf("%s\n", buf);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	show(lseek(in, 0, SEEK_SET));
	show(sendfile(p[1], in, NULL, 100));
	show(lseek(in, 0, SEEK_CUR));
}

CASE(send_errors)
{
	off_t at = -1;
	int p[2], in, out;

	make_file("in", "0123456789");
	in = open("in", O_RDONLY);
	out = open_new("out");
	need(pipe(p));
	show(sendfile(out, 99, NULL, 1));
	show(sendfile(99, in, NULL, 1));
	show(sendfile(in, in, NULL, 1));
	show(sendfile(out, open("out", O_WRONLY), NULL, 1));
	show(sendfile(out, in, &at, 1));
	show(sendfile(out, in, BAD, 1));
	show(sendfile(out, open(".", O_RDONLY), NULL, 1));
	show(sendfile(open("out", O_WRONLY | O_APPEND), in, NULL, 1));
	at = 0;
	show(sendfile(out, p[0], &at, 1));
}

CASE(copy_ranges)
{
	off_t from = 2, to = 5;
	int in, out;

	make_file("in", "0123456789");
	in = open("in", O_RDWR);
	out = open_new("out");
	show(copy_file_range(in, NULL, out, NULL, 4, 0));
	show(copy_file_range(in, &from, out, &to, 3, 0));
	printf("%ld %ld\n", (long)from, (long)to);
	show(copy_file_range(in, NULL, out, NULL, 100, 0));
	show(copy_file_range(in, NULL, out, NULL, 100, 0));
	from = 0, to = 10;
	show(copy_file_range(in, &from, in, &to, 10, 0));
	show_file("in");
	show_file("out");
}

CASE(copy_errors)
{
	off_t from = 2, to = 5;
	int p[2], in, out;

	make_file("in", "0123456789");
	in = open("in", O_RDWR);
	out = open_new("out");
	need(pipe(p));
	show(copy_file_range(in, &from, in, &to, 4, 0));
	show(copy_file_range(in, NULL, out, NULL, 4, 1));
	show(copy_file_range(99, NULL, out, NULL, 4, 0));
	show(copy_file_range(in, NULL, 99, NULL, 4, 0));
	show(copy_file_range(in, BAD, out, NULL, 4, 0));
	show(copy_file_range(p[0], NULL, out, NULL, 4, 0));
	show(copy_file_range(open(".", O_RDONLY), NULL, out, NULL, 4, 0));
	show(copy_file_range(in, NULL, open("in", O_RDONLY), NULL, 4, 0));
	show(copy_file_range(in, NULL, open("out", O_WRONLY | O_APPEND), NULL,
			     4, 0));
	show(copy_file_range(open("out", O_WRONLY), NULL, in, NULL, 4, 0));
	show(copy_file_range(in, NULL, out, NULL, 0, 0));
	from = -1;
	show(copy_file_range(in, &from, out, NULL, 4, 0));
}
