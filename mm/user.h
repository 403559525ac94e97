/*
 * Copies between the kernel and a program's memory.
 *
 * The kernel never dereferences a user address: these go through the page-fault
 * path and the kernel's own view of the frame. So lazy and copy-on-write pages
 * just work, SMAP stays on, and every fault in kernel mode is a bug.
 *
 * Nothing is atomic over several pages: a copy that fails midway has changed
 * the pages before the bad one.
 */
#pragma once

#include "kernel/types.h"

struct space;

/* => how many bytes were copied: short at the first page that cannot be */
size_t user_read(struct space *s, void *to, vaddr_t from,
		 size_t len) MUST_CHECK;
size_t user_write(struct space *s, vaddr_t to, const void *from,
		  size_t len) MUST_CHECK;

/* Why such a copy stopped at va: -EFAULT or -ENOMEM. */
int user_refusal(struct space *s, vaddr_t va, int access);

/* For audit: whether the page that the CPU remembers is still what the tables say.
 * => how many defects, each printed */
int user_audit(void);

/* All or an error. => 0, -EFAULT or -ENOMEM */
int user_get(struct space *s, void *to, vaddr_t from, size_t len) MUST_CHECK;
int user_put(struct space *s, vaddr_t to, const void *from,
	     size_t len) MUST_CHECK;

/* A string with its zero into buf of size bytes, or nowhere if buf is NULL.
 * => its length, -EFAULT, -ENOMEM, or -ENAMETOOLONG if no zero came within size
 * bytes; then, too, bytes of buf may have changed */
long user_string(struct space *s, char *buf, vaddr_t from,
		 size_t size) MUST_CHECK;

static inline long
user_strlen(struct space *s, vaddr_t va, size_t max)
{
	return user_string(s, NULL, va, max);
}

/* From one space to another (or the same one). => 0, -EFAULT or -ENOMEM */
int user_copy(struct space *to_space, vaddr_t to, struct space *from_space,
	      vaddr_t from, size_t len) MUST_CHECK;
