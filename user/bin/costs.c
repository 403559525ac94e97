/*
 * What a few operations cost, in cycles of the time stamp counter: to be read
 * and tried at the prompt, before and after a change. The figures that count
 * are those of `make bench`, which measures more and disturbs less.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	ROUNDS = 64,
};

#define KIB 1024ul
#define MIB (1024 * KIB)

static uint64_t
cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static void
report(const char *what, uint64_t total, unsigned times)
{
	printf("%8lu  %s\n", (unsigned long)(total / times), what);
}

static char *
anonymous(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("costs: mmap");
		exit(1);
	}
	return p;
}

static void
null_call(void)
{
	uint64_t start = cycles();

	for (int i = 0; i < ROUNDS; i++)
		getppid();
	report("null system call (getppid)", cycles() - start, ROUNDS);
}

/* Touches one page after the other; the first pays for the tables, so it is
 * left out. */
static void
touch(const char *what, volatile char *p, unsigned pages, int write)
{
	uint64_t start;

	(void)p[0];
	start = cycles();
	for (unsigned i = 1; i < pages; i++) {
		if (write)
			p[i * PAGE] = 1;
		else
			(void)p[i * PAGE];
	}
	report(what, cycles() - start, pages - 1);
}

static void
anonymous_memory(void)
{
	char *p = anonymous(ROUNDS * PAGE);

	touch("anonymous page, first touch: write", p, ROUNDS, 1);
	munmap(p, ROUNDS * PAGE);
	p = anonymous(ROUNDS * PAGE);
	touch("anonymous page, first touch: read", p, ROUNDS, 0);
	touch("the same page, then written", p, ROUNDS, 1);
	munmap(p, ROUNDS * PAGE);
}

static void
file_memory(void)
{
	int fd = open("/lib/libc.so", O_RDONLY);
	char *p = mmap(NULL, 12 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED) {
		perror("costs: /lib/libc.so");
		exit(1);
	}
	touch("file page in place, first touch", p, 12, 0);
	munmap(p, 12 * PAGE);
	close(fd);
}

static void
wait_child(pid_t pid)
{
	if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
		perror("costs: fork");
		exit(1);
	}
}

static void
fork_exit_wait(const char *what, size_t touched)
{
	char *p = anonymous(touched);
	uint64_t start;

	for (size_t i = 0; i < touched; i += PAGE)
		p[i] = 1;
	start = cycles();
	for (int i = 0; i < ROUNDS; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		wait_child(pid);
	}
	report(what, cycles() - start, ROUNDS);
	munmap(p, touched);
}

static void
fork_exec_wait(const char *what, const char *program)
{
	uint64_t start = cycles();

	for (int i = 0; i < ROUNDS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			execl(program, program, (char *)NULL);
			_exit(127);
		}
		wait_child(pid);
	}
	report(what, cycles() - start, ROUNDS);
}

int
main(void)
{
	printf("  cycles  operation\n");
	null_call();
	anonymous_memory();
	file_memory();
	fork_exit_wait("fork+exit+wait, 64 KiB touched", 64 * KIB);
	fork_exit_wait("fork+exit+wait, 64 MiB touched", 64 * MIB);
	fork_exec_wait("fork+execve+exit+wait, dynamic", "/bin/true");
	return 0;
}
