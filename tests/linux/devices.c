/* /dev: null, zero, full, random, urandom, fd, tty. */
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sysmacros.h>

#include "case.h"

static char buffer[10000];

CASE(null)
{
	int fd = open("/dev/null", O_RDWR);

	show(write(fd, buffer, 10000));
	show(read(fd, buffer, 10));
	show(write(fd, BAD, 10));
	show(lseek(fd, 5, SEEK_SET));
	show(ftruncate(fd, 0));
	show(fsync(fd));
	check(open("/dev/null", O_WRONLY | O_TRUNC | O_CREAT, 0644));
	show(open("/dev/null", O_RDONLY | O_DIRECTORY));
	show(open("/dev/null/x", O_RDONLY));
	show((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
}

CASE(zero)
{
	int fd = open("/dev/zero", O_RDWR), nonzero = 0;
	char *p;

	memset(buffer, 'x', sizeof(buffer));
	show(read(fd, buffer, sizeof(buffer)));
	for (size_t i = 0; i < sizeof(buffer); i++)
		nonzero += buffer[i] != 0;
	show(nonzero);
	show(write(fd, buffer, 100));
	show(read(fd, BAD, 10));
	show(pread(fd, buffer, 5, 1000));
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	show(p != MAP_FAILED);
	show(p[PAGE]);
	p[PAGE] = 1;
}

CASE(full)
{
	int fd = open("/dev/full", O_RDWR);

	show(write(fd, "x", 1));
	show(write(fd, "x", 0));
	show(read(fd, buffer, 5));
	show(buffer[0]);
	show(fprintf(fdopen(fd, "w"), "lost") == 4);
}

CASE(random_bytes)
{
	const char *names[] = {"/dev/random", "/dev/urandom"};
	char other[32];

	for (int i = 0; i < 2; i++) {
		int fd = open(names[i], O_RDWR);

		show(read(fd, buffer, 32));
		show(read(fd, other, 32));
		show(memcmp(buffer, other, 32) != 0);
		show(write(fd, "seed", 4));
		show(read(fd, BAD, 4));
	}
}

CASE(get_random)
{
	char other[32];

	show(getrandom(buffer, 32, 0));
	show(getrandom(other, 32, GRND_NONBLOCK));
	show(memcmp(buffer, other, 32) != 0);
	show(getrandom(buffer, sizeof(buffer), GRND_RANDOM));
	show(getrandom(buffer, 0, 0));
	show(getrandom(buffer, 5, 0x1000));
	show(syscall(SYS_getrandom, BAD, 5, 0));
}

CASE(descriptors_by_name)
{
	char c[10];
	int fd, same;

	make_file("f", "0123456789");
	fd = open("f", O_RDONLY);
	need(read(fd, c, 4));
	sprintf(c, "/dev/fd/%d", fd);
	same = open(c, O_RDONLY);
	check(same);
	show(read(same, c, 2)); /* the file anew, not the descriptor */
	printf("%.2s\n", c);
	show(open("/dev/fd/99", O_RDONLY));
	check(open("/dev/stdin", O_RDONLY));
	check(open("/dev/stdout", O_WRONLY));
}

CASE(pipe_by_name)
{
	char name[20], c;
	int tube[2], fd;

	need(pipe(tube));
	sprintf(name, "/dev/fd/%d", tube[1]);
	fd = open(name, O_WRONLY);
	check(fd);
	show(write(fd, "x", 1));
	show(read(tube[0], &c, 1));
	close(tube[1]);
	close(fd);
	show(read(tube[0], &c, 1));
}

static void
show_device(const char *name)
{
	struct stat st;

	if (stat(name, &st) < 0)
		printf("%s: %s\n", name, errno_name(errno));
	else
		printf("%s: %o %u %u\n", name, st.st_mode, major(st.st_rdev),
		       minor(st.st_rdev));
}

CASE(numbers)
{
	show_device("/dev/null");
	show_device("/dev/zero");
	show_device("/dev/full");
	show_device("/dev/random");
	show_device("/dev/urandom");
	show_device("/dev/tty");
	show(access("/dev/mem-like", F_OK));
}

CASE(terminal_without_one)
{
	show(open("/dev/tty", O_RDWR));
	show(open("/dev/tty", O_RDONLY | O_NOCTTY));
	show(isatty(0));
	show(errno == ENOTTY);
}
