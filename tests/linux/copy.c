/* Moving bytes between descriptors inside the kernel; forcing them out. */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "case.h"

static char buffer[100];
static int from, to, tube[2];

static void
open_both(void)
{
	make_file("from", "0123456789");
	from = open("from", O_RDONLY);
	to = open("to", O_CREAT | O_RDWR, 0644);
	need(from);
	need(to);
}

CASE(send_file)
{
	off_t at = 4;

	open_both();
	show(sendfile(to, from, NULL, 3));
	show(lseek(from, 0, SEEK_CUR));
	show(sendfile(to, from, &at, 2));
	show(at);
	show(lseek(from, 0, SEEK_CUR));
	show(sendfile(to, from, NULL, 100));
	show(sendfile(to, from, NULL, 100));
	show_file("to");
}

CASE(send_file_to_a_pipe)
{
	open_both();
	need(pipe(tube));
	show(sendfile(tube[1], from, NULL, 10));
	show(read(tube[0], buffer, 100));
	printf("%.10s\n", buffer);
	show(sendfile(to, tube[0], NULL, 1));
}

CASE(send_file_errors)
{
	off_t negative = -1;

	open_both();
	show(sendfile(99, from, NULL, 1));
	show(sendfile(to, 99, NULL, 1));
	show(sendfile(from, from, NULL, 1));
	show(sendfile(to, open("to", O_WRONLY), NULL, 1));
	show(sendfile(to, from, &negative, 1));
	show(syscall(SYS_sendfile, to, from, BAD, 1));
	show(sendfile(to, open(".", O_RDONLY), NULL, 1));
	show(sendfile(open("to", O_WRONLY | O_APPEND), from, NULL, 1));
	show(sendfile(to, from, NULL, 0));
}

CASE(copy_range)
{
	off_t in = 2, out = 5;

	open_both();
	show(copy_file_range(from, NULL, to, NULL, 3, 0));
	show(copy_file_range(from, &in, to, &out, 4, 0));
	show(in);
	show(out);
	show(lseek(from, 0, SEEK_CUR));
	show(lseek(to, 0, SEEK_CUR));
	show(copy_file_range(from, NULL, to, NULL, 100, 0));
	show(copy_file_range(from, NULL, to, NULL, 100, 0));
	show(lseek(to, 0, SEEK_END));
	show(pread(to, buffer, 100, 0));
	for (int i = 0; i < 10; i++)
		printf(" %02x", buffer[i]);
	printf("\n");
}

CASE(copy_range_errors)
{
	off_t in = 0, out = 2;

	open_both();
	need(pipe(tube));
	show(copy_file_range(99, NULL, to, NULL, 1, 0));
	show(copy_file_range(from, NULL, 99, NULL, 1, 0));
	show(copy_file_range(from, NULL, from, NULL, 1, 0));
	show(copy_file_range(from, NULL, to, NULL, 1, 1));
	show(copy_file_range(tube[0], NULL, to, NULL, 1, 0));
	show(copy_file_range(from, NULL, tube[1], NULL, 1, 0));
	show(copy_file_range(open(".", O_RDONLY), NULL, to, NULL, 1, 0));
	show(syscall(SYS_copy_file_range, from, BAD, to, NULL, 1, 0));
	from = open("from", O_RDWR);
	show(copy_file_range(from, &in, from, &out, 5, 0));
	show(copy_file_range(from, NULL, open("to", O_WRONLY | O_APPEND), NULL,
			     1, 0));
}

CASE(forcing_out)
{
	open_both();
	show(fsync(to));
	show(fdatasync(to));
	show(fsync(from));
	show(fsync(open(".", O_RDONLY)));
	show(fsync(0));
	need(pipe(tube));
	show(fdatasync(tube[0]));
	show(fsync(99));
	sync();
	show(syncfs(to));
	show(syncfs(99));
}

CASE(file_in_memory)
{
	int fd = memfd_create("name", MFD_CLOEXEC);
	char *p;

	check(fd);
	show(fcntl(fd, F_GETFD));
	show(write(fd, "text", 4));
	show(ftruncate(fd, 8192));
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check((long)p);
	printf("%.4s\n", p);
	strcpy(p + 4096, "mapped");
	show(pread(fd, buffer, 6, 4096));
	printf("%.6s\n", buffer);
	show(memfd_create("x", 0x80000000));
	show(syscall(SYS_memfd_create, BAD, 0));
	memset(buffer, 'n', 99);
	check(memfd_create(buffer, 0));
}

CASE(advice)
{
	open_both();
	show(posix_fadvise(from, 0, 0, POSIX_FADV_SEQUENTIAL));
	show(posix_fadvise(from, 0, 0, 77) == EINVAL);
	show(posix_fadvise(99, 0, 0, POSIX_FADV_NORMAL) == EBADF);
}
