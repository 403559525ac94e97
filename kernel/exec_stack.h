/*
 * The stack a program starts with: arguments, environment and auxiliary vector
 * (System V ABI 3.4.1, 3.4.3).
 */
#pragma once

#include "kernel/types.h"

struct script;
struct space;

/* What the auxiliary vector tells of the images that exec has mapped. */
struct exec_image {
	vaddr_t start;	     /* first instruction: the interpreter's, or */
	vaddr_t entry;	     /* the program's own */
	vaddr_t phdr;	     /* its program headers, */
	uint16_t phnum;	     /* and their number */
	vaddr_t interp_base; /* what the interpreter was moved by; 0: none */
	bool exec_stack;     /* the stack may be executed */
};

/* Builds it at the top of the stack region of `to`, from strings and pointers
 * in the memory of `from`. path: for AT_EXECFN. If script has words, they and
 * path come instead of argv[0]. argv and envp may be 0.
 * => *stack: 16-byte aligned; -E2BIG, -EFAULT, -ENOMEM */
int exec_stack_build(struct space *to, struct space *from, const char *path,
		     const struct script *script, vaddr_t argv, vaddr_t envp,
		     const struct exec_image *image, vaddr_t *stack) MUST_CHECK;
