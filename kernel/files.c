/*
 * Descriptor tables: an array of open files, in chunks that come on demand.
 *
 * Owns: struct files.
 * Invariants:
 *	- a bit of `open` is set iff the file of that number is there, which
 *	  then holds one reference
 *	- a bit of `cloexec` is set only where the one of `open` is
 */
#include "kernel/files.h"

#include "kernel/assert.h"
#include "kernel/file.h"
#include "kernel/inode.h"
#include "kernel/limits.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "mm/heap.h"

enum {
	CHUNK = 64, /* descriptors: as many as bits in a word */
	CHUNKS = FILES_MAX / CHUNK,
};

struct chunk {
	uint64_t open, cloexec; /* one bit for each descriptor */
	struct file *file[CHUNK];
};

struct files {
	struct chunk *chunk[CHUNKS]; /* NULL: none of these was ever open */
};

struct files *
files_new(void)
{
	return heap_alloc(sizeof(struct files));
}

struct files *
files_fork(const struct files *files)
{
	struct files *copy = files_new();

	for (size_t i = 0; copy && i < CHUNKS; i++) {
		if (!files->chunk[i])
			continue;
		copy->chunk[i] =
			heap_copy(files->chunk[i], sizeof(struct chunk));
		if (!copy->chunk[i]) {
			files_free(copy);
			return NULL;
		}
		for (uint64_t open = files->chunk[i]->open; open;
		     open &= open - 1)
			file_get(files->chunk[i]->file[__builtin_ctzl(open)]);
	}
	return copy;
}

/* Closes those descriptors of chunk number i that have a bit in `which`. */
static void
close_some(struct files *files, uint32_t i, uint64_t which)
{
	for (; which; which &= which - 1)
		files_close(files, i * CHUNK + (uint32_t)__builtin_ctzl(which));
}

void
files_free(struct files *files)
{
	for (uint32_t i = 0; i < CHUNKS; i++) {
		if (!files->chunk[i])
			continue;
		close_some(files, i, files->chunk[i]->open);
		heap_free(files->chunk[i]);
	}
	heap_free(files);
}

void
files_exec(struct files *files)
{
	for (uint32_t i = 0; i < CHUNKS; i++)
		if (files->chunk[i])
			close_some(files, i, files->chunk[i]->cloexec);
}

struct file *
files_find(const struct files *files, uint64_t fd)
{
	uint32_t n = (uint32_t)fd;

	if (n >= FILES_MAX || !files->chunk[n / CHUNK])
		return NULL;
	return files->chunk[n / CHUNK]->file[n % CHUNK];
}

struct file *
files_get(const struct files *files, uint64_t fd)
{
	struct file *f = files_find(files, fd);

	return f && f->flags & O_PATH ? NULL : f;
}

int
files_reserve_at(struct files *files, uint32_t fd)
{
	struct chunk **chunk = &files->chunk[fd / CHUNK];

	if (!*chunk)
		*chunk = heap_alloc(sizeof(**chunk));
	return *chunk ? 0 : -ENOMEM;
}

uint32_t
files_limit(void)
{
	return (uint32_t)min_u64(limits_get(LIMIT_NOFILE), FILES_MAX);
}

int
files_reserve(struct files *files, uint64_t lowest)
{
	uint32_t limit = files_limit();

	while (lowest < limit) {
		uint32_t i = (uint32_t)lowest / CHUNK;
		uint64_t taken = files->chunk[i] ? files->chunk[i]->open : 0;
		uint64_t free = ~taken & UINT64_MAX << lowest % CHUNK;
		uint32_t fd;

		if (free) {
			fd = i * CHUNK + (uint32_t)__builtin_ctzl(free);
			if (fd >= limit)
				break;
			return files_reserve_at(files, fd) ? -ENOMEM : (int)fd;
		}
		lowest = (i + 1) * CHUNK;
	}
	return -EMFILE;
}

void
files_set(struct files *files, uint32_t fd, struct file *f, bool cloexec)
{
	struct chunk *chunk = files->chunk[fd / CHUNK];

	if (chunk->file[fd % CHUNK])
		files_close(files, fd);
	chunk->file[fd % CHUNK] = f;
	chunk->open |= 1ul << fd % CHUNK;
	files_set_cloexec(files, fd, cloexec);
}

void
files_close(struct files *files, uint32_t fd)
{
	struct chunk *chunk = files->chunk[fd / CHUNK];
	struct file *f = chunk->file[fd % CHUNK];

	assert(f);
	chunk->file[fd % CHUNK] = NULL;
	chunk->open &= ~(1ul << fd % CHUNK);
	chunk->cloexec &= ~(1ul << fd % CHUNK);
	file_put(f);
}

bool
files_cloexec(const struct files *files, uint32_t fd)
{
	return files->chunk[fd / CHUNK]->cloexec >> fd % CHUNK & 1;
}

void
files_set_cloexec(struct files *files, uint32_t fd, bool cloexec)
{
	struct chunk *chunk = files->chunk[fd / CHUNK];

	chunk->cloexec &= ~(1ul << fd % CHUNK);
	chunk->cloexec |= (uint64_t)cloexec << fd % CHUNK;
}

int
files_open_console(struct process *p)
{
	struct inode *console;
	struct file *f;
	int error = path_lookup(inode_root, "/dev/console", &console);

	if (error)
		return error;
	f = file_new(O_RDWR | O_LARGEFILE);
	if (!f)
		return -ENOMEM;
	inode_get(console);
	error = file_set_inode(f, console);
	if (!error)
		error = files_reserve_at(p->files, 0);
	for (uint32_t fd = 0; fd < 3 && !error; fd++) {
		file_get(f);
		files_set(p->files, fd, f, false);
	}
	file_put(f);
	return error;
}

void
files_recount(const struct files *files)
{
	for (size_t i = 0; i < FILES_MAX; i++) {
		struct file *f = files_find(files, i);

		if (f)
			f->recount++;
		else if (!files->chunk[i / CHUNK])
			i |= CHUNK - 1;
	}
}
