/*
 * What the parts of libc.so share and no program sees: the way into the kernel
 * and the hidden functions. Every name here is hidden, so a call to it needs no
 * GOT entry and works before the dynamic linker has relocated anything.
 *
 * Owns: the system-call instruction.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#pragma GCC visibility push(hidden)

enum { PAGE = 4096 };

/*
 * syscall: number in rax, arguments in rdi rsi rdx r10 r8 r9, result in rax;
 * rcx and r11 are lost. System V ABI A.2.1
 */
static inline long
kernel3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long
kernel6(long number, long a, long b, long c, long d, long e, long f)
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

/* kernel(number, up to six arguments): the kernel's answer, -errno included. */
#define kernel(...) \
	KERNEL_PICK(__VA_ARGS__, K6, K5, K4, K3, K2, K1, K0)(__VA_ARGS__)
#define KERNEL_PICK(n, a, b, c, d, e, f, name, ...) name

#define K0(n, ...)	     kernel3(n, 0, 0, 0)
#define K1(n, a)	     kernel3(n, (long)(a), 0, 0)
#define K2(n, a, b)	     kernel3(n, (long)(a), (long)(b), 0)
#define K3(n, a, b, c)	     kernel3(n, (long)(a), (long)(b), (long)(c))
#define K4(n, a, b, c, d)    K6(n, a, b, c, d, 0, 0)
#define K5(n, a, b, c, d, e) K6(n, a, b, c, d, e, 0)
#define K6(n, a, b, c, d, e, f)                                           \
	kernel6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
		(long)(f))

/* The same for calls that may sleep: there, a thread can be cancelled. */
#define kernel_sleep(number, ...)                                             \
	(__threaded                                                           \
		 ? __sleep_in_kernel(number, (long[6]){K_LONGS(__VA_ARGS__)}) \
		 : kernel(number, __VA_ARGS__))
#define K_LONGS(...) \
	KERNEL_PICK(0, __VA_ARGS__, L6, L5, L4, L3, L2, L1, 0)(__VA_ARGS__)
#define L1(a)		     (long)(a)
#define L2(a, b)	     L1(a), L1(b)
#define L3(a, b, c)	     L2(a, b), L1(c)
#define L4(a, b, c, d)	     L3(a, b, c), L1(d)
#define L5(a, b, c, d, e)    L4(a, b, c, d), L1(e)
#define L6(a, b, c, d, e, f) L5(a, b, c, d, e), L1(f)

extern bool __threaded; /* see thread.h */
long __sleep_in_kernel(long number, const long *arguments);

/* The kernel's answer as C wants it: -errno becomes errno and -1. */
long __result(long answer);

/* The same, in one go, for functions that return int. */
#define call(...)	((int)__result(kernel(__VA_ARGS__)))
#define call_sleep(...) ((int)__result(kernel_sleep(__VA_ARGS__)))

/* From the initial stack: environ, the auxiliary vector, the program's name. */
void __start(long *stack);

/* Writes all streams out; absent from static programs without stdio. */
void __stdio_exit(void) __attribute__((weak));

/* A last word on stderr, made of up to four pieces, and a newline. */
void __complain(const char *a, const char *b, const char *c, const char *d);

#pragma GCC visibility pop
