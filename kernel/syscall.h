/*
 * System calls: Linux's numbers and meanings (kernel/syscall.def), and Quire's
 * own.
 *
 * A handler takes its arguments as the registers hold them, 64 bits each, and
 * returns a result or -errno. The caller is process_current().
 */
#pragma once

#include "kernel/types.h"

struct bootinfo;
struct trap_frame;

#define SYSCALL_PARAMS_0 void
#define SYSCALL_PARAMS_1 uint64_t
#define SYSCALL_PARAMS_2 uint64_t, uint64_t
#define SYSCALL_PARAMS_3 uint64_t, uint64_t, uint64_t
#define SYSCALL_PARAMS_4 uint64_t, uint64_t, uint64_t, uint64_t
#define SYSCALL_PARAMS_5 uint64_t, uint64_t, uint64_t, uint64_t, uint64_t
#define SYSCALL_PARAMS_6 \
	uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t

#define SYSCALL(number, name, args) long sys_##name(SYSCALL_PARAMS_##args);
#define SYSCALL_AS(number, name, args, call)
#include "kernel/syscall.def"
#undef SYSCALL
#undef SYSCALL_AS

enum {
	SYSCALLS = 1016, /* numbers are below it; entry.asm knows this */
};

/* What performs each call; NULL: nothing. For entry.asm. */
extern void (*const syscall_table[SYSCALLS])(void);
/* Every call goes through syscall(), instead of straight to what performs it:
 * where calls are printed (strace=1) or checked. */
extern bool syscall_watched;

struct syscall_name {
	uint64_t number;
	const char *name;
	int args;
};

/* => "?" for a number that has none */
const struct syscall_name *syscall_name(uint64_t number);
/* From now on every call is printed. */
void syscall_trace(void);
/* There is no such call. => -ENOSYS */
long syscall_unknown(uint64_t number);
/* Performs the call that a frame asks for; the result goes to its rax. */
void syscall(struct trap_frame *frame);
