/*
 * Where a program could read an address of the kernel: in the frame of a signal,
 * on the stack that exec made, in every file of /proc. (The last in Quire alone:
 * Linux tells root.)
 */
#include "attack.h"

enum {
	FRAME_SPACE = 16384,
};

static char stack[2][FRAME_SPACE] __attribute__((aligned(64)));

static void
nothing(int signal)
{
	(void)signal;
	__asm__ volatile("" ::: "memory");
}

static void
take_signal(int which, int fill)
{
	const stack_t other = {.ss_sp = stack[which], .ss_size = FRAME_SPACE};

	memset(stack[which], fill, FRAME_SPACE);
	need(sigaltstack(&other, NULL) == 0, "sigaltstack");
	raise(SIGUSR1);
}

/* The frame has no bytes that the kernel wrote by accident. */
static void
signal_frame(void)
{
	struct sigaction action = {.sa_handler = nothing};
	int leaks = 0, written = 0;

	action.sa_flags = SA_ONSTACK;
	need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
	take_signal(0, 0);
	take_signal(1, 0xff);
	leaks = kernel_addresses(stack[0], FRAME_SPACE);
	for (int i = 0; i < FRAME_SPACE; i++)
		written += stack[0][i] != 0;
	ok(written > 100, "a signal frame has been written");
	is(leaks, 0, "and has no address of the kernel");
}

/* What exec put above the first stack pointer, from the environment up. */
static void
first_stack(void)
{
	const char *low = (const char *)environ;
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start_of = 0, end_of = 0;
	char line[300];

	need(f != NULL, "/proc/self/maps");
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "stack"))
			sscanf(line, "%lx-%lx", &start_of, &end_of);
	fclose(f);
	need(end_of > (uintptr_t)low && (uintptr_t)low >= start_of, "a stack");
	is(kernel_addresses(low, end_of - (uintptr_t)low), 0,
	   "the first stack has no address of the kernel");
}

/* Hexadecimal numbers in text that are addresses of the kernel. */
static int
kernel_numbers(const char *text, size_t length)
{
	int count = 0, digits = 0;
	unsigned long number = 0;

	for (size_t i = 0; i < length; i++) {
		int c = text[i] | 0x20;
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit >= 0) {
			number = number << 4 | (unsigned)digit;
			digits++;
			continue;
		}
		count += digits == 16 && is_kernel_address(number);
		number = 0;
		digits = 0;
	}
	return count;
}

static int files_read;

static int
look_into(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW), found;
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text));
	close(fd);
	files_read += n > 0;
	found = n > 0 ? kernel_numbers(text, (size_t)n) +
				kernel_addresses(text, (size_t)n)
		      : 0;
	if (found)
		diag("%s has %d addresses of the kernel", path, found);
	return found;
}

/* All that is below a directory. */
static int
search(const char *path, int depth)
{
	char entries[400], name[300];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), found = 0;
	long n;

	if (fd < 0 || depth == 0)
		return fd < 0 ? look_into(path) : 0;
	while ((n = syscall(SYS_getdents64, fd, entries, sizeof(entries))) > 0)
		for (long at = 0; at < n;) {
			const char *e = entries + at;
			unsigned short length;

			memcpy(&length, e + 16, 2);
			at += length;
			if (e[19] == '.')
				continue;
			snprintf(name, sizeof(name), "%s/%s", path, e + 19);
			found += search(name, depth - 1);
		}
	close(fd);
	return found;
}

int
main(void)
{
	signal_frame();
	first_stack();
	if (!on_quire())
		return done();
	is(search("/proc", 4), 0, "no address of the kernel in /proc");
	ok(files_read > 20, "of which %d files were read", files_read);
	return done();
}
