/*
 * Bad pointers as arguments of system calls are EFAULT, never a signal, and
 * never the kernel's end.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <termios.h>

#include <quire.h>

#include "process.h"

static const char constant[64] = "constant";
static int file, zero, directory, console;

/* The calls that read from, and write to, the memory they are given. */
static long
call_write(void *p)
{
	return write(file, p, 16);
}

static long
call_writev(void *p)
{
	return writev(file, p, 1);
}

static long
call_open(void *p)
{
	return open(p, O_RDONLY);
}

static long
call_chdir(void *p)
{
	return chdir(p);
}

static long
call_stat_path(void *p)
{
	struct stat st;

	return stat(p, &st);
}

static long
call_execve(void *p)
{
	return execve(p, (char *[]){NULL}, environ);
}

static long
call_execve_arguments(void *p)
{
	return execve("/bin/true", p, environ);
}

static long
call_nanosleep(void *p)
{
	return nanosleep(p, NULL);
}

static long
call_read(void *p)
{
	return read(zero, p, 16);
}

static long
call_stat(void *p)
{
	return stat("/", p);
}

static long
call_fstat(void *p)
{
	return fstat(file, p);
}

static long
call_getdents(void *p)
{
	lseek(directory, 0, SEEK_SET);
	return syscall(217, directory, p, 1024);
}

static long
call_getcwd(void *p)
{
	return syscall(79, p, 64);
}

static long
call_uname(void *p)
{
	return uname(p);
}

static long
call_clock(void *p)
{
	return syscall(228, CLOCK_MONOTONIC, p);
}

static long
call_timeofday(void *p)
{
	return syscall(96, p, NULL);
}

static long
call_wait(void *p)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return wait4(pid, p, 0, NULL);
}

static long
call_random(void *p)
{
	return getrandom(p, 16, 0);
}

static long
call_tcgets(void *p)
{
	return ioctl(console, TCGETS, p);
}

static long
call_pageinfo(void *p)
{
	return pageinfo(0, NULL, p);
}

static long
call_meminfo(void *p)
{
	return meminfo(p);
}

static const struct {
	const char *name;
	long (*call)(void *);
	int writes; /* to the memory */
} calls[] = {
	{"write", call_write, 0},
	{"writev", call_writev, 0},
	{"open", call_open, 0},
	{"chdir", call_chdir, 0},
	{"stat's path", call_stat_path, 0},
	{"execve's path", call_execve, 0},
	{"execve's arguments", call_execve_arguments, 0},
	{"nanosleep", call_nanosleep, 0},
	{"read", call_read, 1},
	{"stat", call_stat, 1},
	{"fstat", call_fstat, 1},
	{"getdents64", call_getdents, 1},
	{"getcwd", call_getcwd, 1},
	{"uname", call_uname, 1},
	{"clock_gettime", call_clock, 1},
	{"gettimeofday", call_timeofday, 1},
	{"wait4", call_wait, 1},
	{"getrandom", call_random, 1},
	{"ioctl TCGETS", call_tcgets, 1},
	{"pageinfo", call_pageinfo, 1},
	{"meminfo", call_meminfo, 1},
};

/* => how many of the calls do not refuse this pointer */
static int
accepted(void *p, int only_writing)
{
	int count = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int null_is_fine =
			p == NULL && (calls[i].call == call_wait ||
				      calls[i].call == call_timeofday ||
				      calls[i].call == call_execve_arguments);

		if ((only_writing && !calls[i].writes) || null_is_fine)
			continue;
		errno = 0;
		if (calls[i].call(p) != -1 || errno != EFAULT) {
			count++;
			diag("%s accepts %p (errno %d)", calls[i].name, p,
			     errno);
		}
	}
	return count;
}

static void *
at(uintptr_t address)
{
	return (void *)address;
}

int
main(void)
{
	char *none =
		mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *taken = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int text;

	file = open("/tmp/efault", O_RDWR | O_CREAT, 0600);
	zero = open("/dev/zero", O_RDONLY);
	directory = open("/", O_RDONLY);
	console = open("/dev/console", O_RDWR);
	need(file >= 0 && zero >= 0 && directory >= 0 && console >= 0, "open");

	is(accepted(NULL, 0), 0, "the null pointer is EFAULT");
	is(accepted(at(8), 0), 0, "almost null is EFAULT");
	is(accepted(at(0xffffffff80100000), 0), 0, "kernel text is EFAULT");
	is(accepted(at(0xffff800000001000), 0), 0,
	   "the kernel's view of memory is EFAULT");
	is(accepted(at(0x0000900000000000), 0), 0,
	   "a non-canonical address is EFAULT");
	is(accepted(at(0x00007ffffffff000), 0), 0,
	   "the end of the user half is EFAULT");
	is(accepted(at(0xfffffffffffffffc), 0), 0,
	   "the end of all addresses is EFAULT");
	is(accepted(at(0x10000000), 0), 0, "unmapped memory is EFAULT");
	is(accepted(none, 0), 0, "PROT_NONE memory is EFAULT");
	is(accepted(at((uintptr_t)&main), 1), 0, "writing to text is EFAULT");
	is(accepted(at((uintptr_t)constant), 1), 0,
	   "writing to constants is EFAULT");

	fails(read(zero, none, ~0ul), EFAULT, "a length that wraps is EFAULT");
	is(read(zero, none, 0), 0, "nothing may be read to anywhere");
	fails(open(none - 1 + 4096, O_RDONLY), EFAULT,
	      "a path that begins in bad memory");
	is(read(zero, taken, 16), 16, "the kernel writes to a page");
	mprotect(taken, 4096, PROT_READ);
	fails(read(zero, taken, 16), EFAULT, "and no more when it is not W");
	is(write(file, taken, 16), 16, "but reads it");
	munmap(taken, 4096);
	fails(write(file, taken, 16), EFAULT, "and no more when it is gone");
	text = *(const char *)&constant;
	is(text, 'c', "the constants are as they were");
	unlink("/tmp/efault");
	return done();
}
