/* Jumps out of functions. ISO C 7.13 */
#pragma once

/* What a function must preserve, System V ABI 3.2.1: rbx rbp r12 r13 r14 r15,
 * then rsp and rip as they are after setjmp returns. */
typedef unsigned long jmp_buf[8];
/* And, if asked for, the signals that are blocked. */
typedef unsigned long sigjmp_buf[10];

int setjmp(jmp_buf env) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf env, int value);
void __keep_mask(sigjmp_buf env, int keep);
_Noreturn void siglongjmp(sigjmp_buf env, int value);

#define setjmp(env)	     setjmp(env)
#define _setjmp(env)	     setjmp(env)
#define _longjmp(env, value) longjmp(env, value)
#define sigsetjmp(env, keep) (__keep_mask(env, keep), setjmp(env))
