/*
 * Operations on files and pipes. The file lies in memory: on Linux in its root,
 * which is a tmpfs.
 */
#include "bench.h"

#include <fcntl.h>

enum {
	FILE_PAGES = 1024,
	BUFFER = 64 * 1024,
	PROT = 0xf,	 /* of how: the mapping's rights */
	SHARED = 0x10,	 /* MAP_SHARED instead of MAP_PRIVATE */
	EVERY_16 = 0x20, /* touch every 16th page */
};

static const char file_name[] = "/tmp/vmbench.data";
/* On a page of its own, as lmbench has it. */
static char buffer[BUFFER] __attribute__((aligned(PAGE)));

static int
open_file(void)
{
	return (int)check(file_name, call3(SYS_open, (long)file_name,
					   O_RDWR | O_CREAT, 0600));
}

/* The file, with something in every page. */
static int
whole_file(void)
{
	static int fd = -1;

	if (fd >= 0)
		return fd;
	fd = open_file();
	for (size_t i = 0; i < BUFFER; i += PAGE)
		buffer[i] = 'q';
	for (long at = 0; at < FILE_PAGES * (long)PAGE; at += BUFFER)
		check("pwrite",
		      call6(SYS_pwrite64, fd, (long)buffer, BUFFER, at, 0, 0));
	return fd;
}

static uint64_t
file_fault(unsigned long how, unsigned n)
{
	size_t step = how & EVERY_16 ? 16 : 1, size = FILE_PAGES * (long)PAGE;
	volatile char *p;
	uint64_t start;

	p = (char *)check("mmap", call6(SYS_mmap, 0, (long)size, how & PROT,
					how & SHARED ? MAP_SHARED : MAP_PRIVATE,
					whole_file(), 0));
	start = cycles();
	for (size_t i = 0; i < n; i++) {
		if (how & PROT_WRITE)
			p[i * step * PAGE] = 1;
		else
			(void)p[i * step * PAGE];
	}
	start = cycles() - start;
	unmap((char *)(uintptr_t)p, size);
	return start;
}

static uint64_t
read_file(unsigned long size, unsigned n)
{
	int fd = whole_file();
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++)
		check("pread", call6(SYS_pread64, fd, (long)buffer, (long)size,
				     0, 0, 0));
	return cycles() - start;
}

static uint64_t
write_file(unsigned long size, unsigned n)
{
	int fd = whole_file();
	uint64_t start = cycles();

	for (unsigned i = 0; i < n; i++)
		check("pwrite", call6(SYS_pwrite64, fd, (long)buffer,
				      (long)size, 0, 0, 0));
	return cycles() - start;
}

static uint64_t
open_close(unsigned long size, unsigned n)
{
	uint64_t start = cycles();

	(void)size;
	for (unsigned i = 0; i < n; i++)
		close_fd(open_file());
	return cycles() - start;
}

void
make_pipe(int fd[2])
{
	check("pipe", call3(SYS_pipe, (long)fd, 0, 0));
}

void
close_fd(int fd)
{
	check("close", call3(SYS_close, fd, 0, 0));
}

/* Through a pipe of our own: nobody else has to run. */
static uint64_t
pipe_through(unsigned long size, unsigned n)
{
	uint64_t start;
	int fd[2];

	make_pipe(fd);
	start = cycles();
	for (unsigned i = 0; i < n; i++) {
		check("write",
		      call3(SYS_write, fd[1], (long)buffer, (long)size));
		check("read", call3(SYS_read, fd[0], (long)buffer, (long)size));
	}
	start = cycles() - start;
	close_fd(fd[0]);
	close_fd(fd[1]);
	return start;
}

#define READ  PROT_READ
#define WRITE (PROT_READ | PROT_WRITE)
#define NEXT  (FILE_PAGES / 8)
#define FAR   (FILE_PAGES / 16)

static const struct operation operations[] = {
	{"file_private_read", NEXT, file_fault, READ, NULL, NULL},
	{"file_private_read_16", FAR, file_fault, READ | EVERY_16, NULL, NULL},
	{"file_private_write", NEXT, file_fault, WRITE, NULL, NULL},
	{"file_private_write_16", FAR, file_fault, WRITE | EVERY_16, NULL,
	 NULL},
	{"file_shared_read", NEXT, file_fault, READ | SHARED, NULL, NULL},
	{"file_shared_read_16", FAR, file_fault, READ | SHARED | EVERY_16, NULL,
	 NULL},
	{"file_shared_write", NEXT, file_fault, WRITE | SHARED, NULL, NULL},
	{"file_shared_write_16", FAR, file_fault, WRITE | SHARED | EVERY_16,
	 NULL, NULL},
	{"read_1", 128, read_file, 1, NULL, NULL},
	{"read_4k", 128, read_file, 4 * KIB, NULL, NULL},
	{"read_64k", 8, read_file, 64 * KIB, NULL, NULL},
	{"write_1", 128, write_file, 1, NULL, NULL},
	{"write_4k", 128, write_file, 4 * KIB, NULL, NULL},
	{"write_64k", 8, write_file, 64 * KIB, NULL, NULL},
	{"open_close", 128, open_close, 0, NULL, NULL},
	{"pipe_4k", 128, pipe_through, 4 * KIB, NULL, NULL},
	{"pipe_64k", 8, pipe_through, 64 * KIB, NULL, NULL},
};

const struct group file_group = {
	"file",
	operations,
	LENGTH(operations),
};
