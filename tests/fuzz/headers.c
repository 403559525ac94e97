/*
 * ELF programs with one bit of their headers flipped: of the ELF header, of the
 * program headers, of the dynamic section. Each is executed: exec refuses it, or
 * it runs, or dies, or has to be killed.
 *
 * A seed is a program and some of its bits, spread over all of them, so that
 * seeds from 0 up, in steps of one, come past every bit of every program.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

enum {
	FILE_MAX = 256 * 1024,
	PARTS = 3,     /* runs of bytes whose bits are flipped */
	STEP = 7919,   /* a prime: from one bit to the next */
	REFUSED = 200, /* status of a child that could not exec */
};

static const char *const programs[] = {
	"/test/hello-static",
	"/test/helper-exit",
	"/test/hello-pie",
};

static const char path[] = "/tmp/f/program";
static char image[FILE_MAX];
static long refused, died, ended, killed;

struct part {
	size_t start, len; /* in bytes */
};

static ssize_t
load(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, image, sizeof(image));

	close(fd);
	if (n <= (ssize_t)sizeof(Elf64_Ehdr))
		fuzz_found("%s: cannot be read", name);
	return n;
}

static void
find_parts(struct part part[PARTS])
{
	const Elf64_Ehdr *e = (const void *)image;
	const Elf64_Phdr *ph = (const void *)(image + e->e_phoff);

	part[0] = (struct part){0, sizeof(*e)};
	part[1] = (struct part){e->e_phoff, e->e_phnum * sizeof(*ph)};
	part[2] = (struct part){0, 0};
	for (int i = 0; i < e->e_phnum; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			part[2] = (struct part){ph[i].p_offset, ph[i].p_filesz};
}

/* => the offset of the n-th byte of all parts */
static long
byte_at(const struct part part[PARTS], size_t n)
{
	for (int i = 0; i < PARTS; i++) {
		if (n < part[i].len)
			return (long)(part[i].start + n);
		n -= part[i].len;
	}
	return 0;
}

static pid_t
start(void)
{
	char *const argv[] = {(char[]){"program"}, NULL};
	pid_t pid = fork();

	if (pid == 0) {
		dup2(open("/dev/null", O_RDWR), 1);
		execve(path, argv, argv + 1);
		_exit(REFUSED);
	}
	return pid;
}

static void
execute(void)
{
	int status = fuzz_wait(start());

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		killed++;
	else if (WIFSIGNALED(status))
		died++;
	else if (WEXITSTATUS(status) == REFUSED)
		refused++;
	else
		ended++;
}

/* Nobody may write a program while it runs, nor run it while somebody may
 * write it. */
static void
write_byte(long offset, int byte)
{
	const char c = (char)byte;
	int fd = open(path, O_RDWR);

	if (pwrite(fd, &c, 1, offset) != 1)
		fuzz_found("%s: %s", path, strerror(errno));
	close(fd);
}

static long
run(uint64_t seed, long size)
{
	const char *name = programs[seed % COUNT(programs)];
	size_t first = seed / COUNT(programs) * (size_t)size, bit, bits = 0;
	struct part part[PARTS];
	ssize_t len = load(name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0755);
	long offset, done = 0;

	find_parts(part);
	if (write(fd, image, (size_t)len) != len)
		fuzz_found("write: %s", strerror(errno));
	close(fd);
	for (int i = 0; i < PARTS; i++)
		bits += part[i].len * 8;
	for (; done < size; done++) {
		bit = (first + (size_t)done) * STEP % bits;
		offset = byte_at(part, bit / 8);
		write_byte(offset, image[offset] ^ 1 << bit % 8);
		execute();
		write_byte(offset, image[offset]);
	}
	fuzz_remark("from number %zu of %zu of %s", first, bits, name);
	return done;
}

static void
report(void)
{
	printf("%ld refused, %ld died, %ld ended, %ld killed\n", refused, died,
	       ended, killed);
}

int
main(int argc, char *argv[])
{
	static const struct fuzzer f = {"bits", run, report};

	return fuzz(&f, argc, argv);
}
