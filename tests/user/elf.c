/*
 * Damaged programs: execve refuses them with ENOEXEC and the caller goes on.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "process.h"

/* System V ABI, "ELF-64 Object File Format": what this test changes. */
struct header {
	unsigned char ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

enum {
	PT_LOAD = 1,
	PT_INTERP = 3,
	PT_GNU_STACK = 0x6474e551,
	MAX_SIZE = 256 * 1024,
};

static const char path[] = "/tmp/elf-case";
static unsigned char original[MAX_SIZE];
static unsigned char image[MAX_SIZE] __attribute__((aligned(16)));
static size_t original_size, size;
static struct header *header = (struct header *)image;

static struct segment *
segment(uint32_t type, int nth)
{
	struct segment *s = (struct segment *)(image + header->phoff);

	for (int i = 0; i < header->phnum; i++)
		if (s[i].type == type && nth-- == 0)
			return &s[i];
	need(0, "the program has no such segment");
	return NULL;
}

static void
restore(void)
{
	memcpy(image, original, original_size);
	size = original_size;
}

static void
write_image(void)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);

	need(fd >= 0, path);
	need(write(fd, image, size) == (ssize_t)size, "write");
	close(fd);
}

static pid_t
start_image(void)
{
	pid_t pid;

	write_image();
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		execl(path, "elf-case", "7", (char *)NULL);
		_exit(200 + errno);
	}
	return pid;
}

/* => the program's status, or 200 + errno of execve */
static int
try(void)
{
	return ending(finish(start_image()));
}

static void
refused(const char *what)
{
	is(try(), 200 + ENOEXEC, "%s", what);
	restore();
}

static void
headers(void)
{
	size = 0;
	refused("an empty file");
	size = 3;
	refused("a file of three bytes");
	size = 63;
	refused("half a header");
	image[0] = 0;
	refused("a wrong magic number");
	image[4] = 1;
	refused("a 32-bit program");
	image[5] = 2;
	refused("a big-endian program");
	header->type = 1;
	refused("an object file");
	header->machine = 40;
	refused("a program for another machine");
	header->phnum = 0;
	refused("no program headers");
	header->phentsize = 32;
	refused("program headers of a wrong size");
	header->phoff = size;
	refused("program headers beyond the end");
	header->phoff = ~0ul - 8;
	refused("program headers at an offset that wraps");
	header->phnum = 65535;
	refused("more program headers than the file has");
}

static void
segments(void)
{
	segment(PT_LOAD, 0)->filesz = segment(PT_LOAD, 0)->memsz + 1;
	refused("more bytes in the file than in memory");
	segment(PT_LOAD, 1)->offset += 8;
	refused("an offset that is not congruent to the address");
	segment(PT_LOAD, 1)->vaddr = 0xffff800000001000;
	refused("a segment in the kernel's half");
	segment(PT_LOAD, 1)->vaddr =
		0x00007ffffffff000 + segment(PT_LOAD, 1)->offset % 4096;
	refused("a segment at the end of the user half");
	segment(PT_LOAD, 0)->vaddr = segment(PT_LOAD, 0)->offset;
	refused("a segment at the null page");
	segment(PT_LOAD, 1)->memsz = ~0ul - 4096;
	refused("a segment whose end wraps");
	segment(PT_LOAD, 1)->offset += 0x10000000;
	refused("a segment beyond the end of the file");
	segment(PT_LOAD, 1)->vaddr = segment(PT_LOAD, 0)->vaddr;
	segment(PT_LOAD, 1)->offset = segment(PT_LOAD, 0)->offset;
	refused("two segments at one address");
	size = (size_t)segment(PT_LOAD, 1)->offset;
	refused("a file that was cut off");
	for (int i = 3; i >= 0; i--)
		segment(PT_LOAD, i)->type = 0;
	refused("no segment to load");
	header->phnum = 20;
	for (int i = 0; i < 20; i++)
		*((struct segment *)(image + header->phoff) + i) =
			(struct segment){
				.type = PT_LOAD,
				.vaddr = 0x400000 + (uint64_t)i * 4096,
				.memsz = 4096,
			};
	refused("twenty segments");
	*segment(PT_GNU_STACK, 0) = (struct segment){
		.type = PT_LOAD,
		.vaddr = 0x10000000,
		.memsz = 8192,
	};
	is(try(), 7, "a segment of which the file has nothing");
	restore();
}

static void
interpreters(void)
{
	segment(PT_INTERP, 0)->offset = size;
	refused("an interpreter's name beyond the end");
	*segment(PT_GNU_STACK, 0) = *segment(PT_INTERP, 0);
	refused("two interpreters");
	segment(PT_INTERP, 0)->filesz = 0;
	refused("an interpreter without a name");
	image[segment(PT_INTERP, 0)->offset + segment(PT_INTERP, 0)->filesz -
	      1] = 'x';
	refused("an interpreter's name that does not end");
	image[segment(PT_INTERP, 0)->offset + 1] = 'X';
	is(try(), 200 + ENOENT, "an interpreter that is not there is ENOENT");
	restore();
}

static int
exec_errno(const char *file)
{
	execl(file, "x", (char *)NULL);
	return errno;
}

static void
files(void)
{
	is(exec_errno("/tmp/not-there"), ENOENT, "a file that is not there");
	is(exec_errno("/tmp"), EACCES, "a directory");
	is(exec_errno("/etc/motd"), EACCES, "a file without x");
	is(exec_errno("/bin/ls/x"), ENOTDIR, "a path through a file");
	is(exec_errno(""), ENOENT, "an empty path");
}

/* A damaged program may also run, for ever perhaps. => whether it ended */
static int
try_briefly(void)
{
	pid_t pid = start_image();

	for (int i = 0; i < 200; i++) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return 1;
		i < 50 ? (void)sched_yield() : sleep_ms(10);
	}
	stop(pid);
	return 0;
}

/* Whatever is in the file: an error or a death, and the kernel goes on. */
static void
noise(void)
{
	unsigned long seed = 1;
	int ended = 0;

	for (int i = 0; i < 150; i++) {
		for (int j = 0; j < 4; j++) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			image[(seed >> 33) % 512] = (unsigned char)(seed >> 56);
		}
		ended += try_briefly();
		restore();
	}
	ok(ended > 100, "150 programs with random damage in the headers");
	diag("%d of them ended by themselves", ended);
}

int
main(void)
{
	int fd = open("/test/helper-exit", O_RDONLY);
	ssize_t n = read(fd, original, sizeof(original));

	need(n > 0 && n < MAX_SIZE, "read");
	original_size = (size_t)n;
	close(fd);
	restore();
	is(try(), 7, "an undamaged copy runs");
	headers();
	segments();
	interpreters();
	files();
	noise();
	is(try(), 7, "the undamaged copy still runs");
	unlink(path);
	return done();
}
