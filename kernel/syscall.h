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

/* strace=1: every call is printed. */
extern bool syscall_trace;

/* Performs the call that a frame asks for; the result goes to its rax. */
void syscall(struct trap_frame *frame);
