/*
 * What the files of vmbench share: system calls without a libc, whose own work
 * would blur the figures; the clock; the form of an operation.
 *
 * Nothing here knows which kernel it runs on. malloc.c, a program with a libc,
 * uses this header too.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum {
	PAGE = 4096,
	ROUNDS = 9, /* the shortest is reported */
};

#define KIB 1024ul
#define MIB (1024 * KIB)

#define INLINE	      static inline __attribute__((always_inline))
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* One operation that can be measured. */
struct operation {
	const char *name; /* as the table calls it */
	unsigned count;	  /* how often in one round */
	/* Does it n times. -> what all of them took, without what comes before
	 * and after. It runs in a process of its own, first once unmeasured.
	 * NULL: the program measures itself, and gets name and count. */
	uint64_t (*round)(unsigned long size, unsigned n);
	unsigned long size;  /* passed to it */
	const char *program; /* a file without which it cannot run, or NULL */
	const char *unit;    /* of the result, which is counted once; NULL:
				cycles */
};

/* Operations of one kind. */
struct group {
	const char *name;
	const struct operation *operations;
	size_t length;
};

extern const struct group memory_group, file_group, process_group;

INLINE long
call6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

INLINE long
call3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

/* Under QEMU's -icount shift=0 these are guest instructions. */
INLINE uint64_t
cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

/* A benchmark that fails says so and ends its process. */
void die(const char *what, long error) __attribute__((noreturn));

/* => the result of a system call that must not fail */
INLINE long
check(const char *what, long result)
{
	if (result < 0)
		die(what, result);
	return result;
}

/* Measures and prints one line: name, n, what one takes, unit. */
void measure(const struct operation *o, unsigned n, unsigned rounds);
/* Standard output, one write. */
void print(const char *text);
/* Writes value as a decimal number of at least this width. => its end */
char *decimal(char *at, uint64_t value, size_t width);
/* => text as a decimal number; 0 for what is none */
unsigned number(const char *text);
int same(const char *a, const char *b);

/* Anonymous memory, private, readable and writable. */
char *map(size_t size);
/* The same, each page written. */
char *map_touched(size_t size);
void unmap(char *p, size_t size);
/* Writes, or reads, so many pages, each step pages from the one before. */
void touch(char *p, size_t pages, size_t step);
void look(const char *p, size_t pages, size_t step);
/* A pipe with room for one open end each: fd[0] reads, fd[1] writes. */
void make_pipe(int fd[2]);
void close_fd(int fd);

/* Children that sleep until they are told to end. */
struct sleepers {
	int stop;   /* closing this ends them */
	unsigned n; /* how many there are */
};

/* Starts n of them, which run this program, or, if NULL, go on as forks of the
 * caller. Returns when all are asleep. */
struct sleepers sleepers_start(unsigned n, const char *program);
void sleepers_stop(const struct sleepers *s);
/* Waits for this child, or any if it is -1, which must have ended well. */
void wait_for(long pid);
