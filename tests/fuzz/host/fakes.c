/*
 * What kernel/path.c, inode.c and directory.c need of the rest of the kernel, so
 * that they run on the host: memory of malloc, which ASan watches, one process,
 * no contents of files.
 */
#include "fakes.h"

#include <stdarg.h>

#include "kernel/assert.h"
#include "kernel/directory.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/procfs.h"
#include "kernel/timer.h"
#include "mm/heap.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"
#include "target.h"

size_t fakes_objects;
const char *fakes_text;

static struct process process;

const struct file_ops file_directory_ops, file_regular_ops, file_link_ops;

void *
heap_alloc(size_t size)
{
	fakes_objects++;
	return calloc(1, size);
}

void
heap_free(void *p)
{
	fakes_objects -= p != NULL;
	free(p);
}

void
panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	abort();
}

struct process *
process_current(void)
{
	return &process;
}

/* Descriptors are not open: only the current directory is there to start at. */
struct file *
files_find(const struct files *files, uint64_t fd)
{
	(void)files, (void)fd;
	return NULL;
}

void
fakes_enter(struct inode *cwd)
{
	process.cwd = cwd;
}

long
user_string(struct space *s, char *buf, vaddr_t from, size_t max)
{
	size_t len = strnlen(fakes_text, max);

	(void)s, (void)from;
	if (len == max)
		return -ENAMETOOLONG;
	memcpy(buf, fakes_text, len + 1);
	return (long)len;
}

uint64_t
timer_real_tick(void)
{
	return 1;
}

void
pipe_free(struct pipe *p)
{
	MUST(!p);
}

void
procfs_free(struct proc *p)
{
	MUST(!p);
}

struct store *
store_new(uint64_t size)
{
	return heap_alloc(size ? 1 : sizeof(struct store));
}

void
store_put(struct store *st)
{
	heap_free(st);
}

int
store_resize(struct store *st, uint64_t size)
{
	(void)st, (void)size;
	return 0;
}

int
space_truncate_store(const struct store *st, uint64_t size)
{
	(void)st, (void)size;
	return 0;
}
