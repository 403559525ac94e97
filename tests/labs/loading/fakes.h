/*
 * The rest of the kernel, as far as kernel/exec.c calls it: one program, and one
 * process that becomes it. Both host tests link that file, so both include this.
 */
#pragma once

#include <string.h>

#include "kernel/exec.h"
#include "kernel/exec_stack.h"
#include "kernel/inode.h"
#include "kernel/limits.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/script.h"
#include "mm/layout.h"

uint64_t cpu_random(void);
size_t fake_strlen(const char *s);
size_t fake_strnlen(const char *s, size_t max);
int fake_strcmp(const char *a, const char *b);
int fake_strncmp(const char *a, const char *b, size_t n);
char *fake_strchr(const char *s, int c);

static struct inode fake_program; /* whatever the path */
static struct space *fake_become; /* what process_become was given last */

uint64_t
cpu_random(void)
{
	return 4;
}

int
path_read(char *buf, vaddr_t text)
{
	(void)buf;
	(void)text;
	return 0;
}

int
path_lookup(struct inode *start, const char *text, struct inode **inode)
{
	(void)start;
	(void)text;
	*inode = &fake_program;
	return 0;
}

void
inode_get(struct inode *inode)
{
	(void)inode;
}

void
inode_put(struct inode *inode)
{
	(void)inode;
}

struct process *
process_current(void)
{
	static struct process nobody;

	return &nobody;
}

uint64_t
limits_get(enum limit_kind kind)
{
	return kind == LIMIT_STACK ? STACK_SIZE : UINT64_MAX;
}

bool
limits_exceeded(struct space *s)
{
	(void)s;
	return false;
}

int
process_become(struct space *space, struct inode *program, const char *name,
	       vaddr_t entry, vaddr_t stack)
{
	(void)program;
	(void)name;
	(void)entry;
	(void)stack;
	fake_become = space;
	return 0;
}

int
exec_stack_build(struct space *to, struct space *from, const char *path,
		 const struct script *script, vaddr_t argv, vaddr_t envp,
		 const struct exec_image *image, vaddr_t *stack)
{
	(void)script;
	(void)to;
	(void)from;
	(void)path;
	(void)argv;
	(void)envp;
	(void)image;
	*stack = 0;
	return 0;
}

int
script_read(struct script *s, const struct inode *program)
{
	(void)s;
	(void)program;
	return 0;
}

/* ---- kernel/string.c, as seam.h names it. */

size_t
fake_strlen(const char *s)
{
	return strlen(s);
}

size_t
fake_strnlen(const char *s, size_t max)
{
	return strnlen(s, max);
}

int
fake_strcmp(const char *a, const char *b)
{
	return strcmp(a, b);
}

int
fake_strncmp(const char *a, const char *b, size_t n)
{
	return strncmp(a, b, n);
}

char *
fake_strchr(const char *s, int c)
{
	return strchr(s, c);
}
