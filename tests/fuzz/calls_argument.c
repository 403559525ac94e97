/*
 * Arguments by type. Nothing here may use libc beyond plain functions: a worker
 * has lost its thread pointer before long.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "calls.h"

static const uint64_t odd[] = {
	0,
	1,
	(uint64_t)-1,
	(uint64_t)-2,
	7,
	8,
	255,
	4095,
	4096,
	4097,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffff000,
	0x7ffffffff000,
	0x7fffffffffff,
	0x800000000000,
	0xffff800000000000,
	0xffff7fffffffffff,
	0xffffffff80100000,
	0xffffffffffffffff - 4095,
};

uint64_t
argument_anything(struct worker *w)
{
	switch (below(&w->r, 6)) {
	case 0:
		return draw(&w->r);
	case 1:
		return w->recent[below(&w->r, RECENT)];
	case 2:
		return 1ul << below(&w->r, 64);
	case 3:
		return below(&w->r, 64);
	case 4:
		return PICK(&w->r, odd) + below(&w->r, 16) - 8;
	default:
		return PICK(&w->r, odd);
	}
}

/* Into the arena, whose pieces are of all kinds: anywhere, at the start of a
 * page, or shortly before its end. */
static uint64_t
arena_address(struct worker *w)
{
	uint64_t at =
		(uintptr_t)ARENA + below(&w->r, ARENA_PAGES + 2) * PAGE - PAGE;

	switch (below(&w->r, 4)) {
	case 0:
		return at;
	case 1:
		return at + PAGE - 1 - below(&w->r, 64);
	case 2:
		return at + below(&w->r, PAGE / 8) * 8;
	default:
		return at + below(&w->r, PAGE);
	}
}

uint64_t
argument_pointer(struct worker *w)
{
	switch (below(&w->r, 32)) {
	case 0:
		return 0;
	case 1:
		return argument_anything(w);
	case 2:
		return PICK(&w->r, odd);
	default:
		return arena_address(w);
	}
}

/* The start of a page, mostly. */
static uint64_t
page_address(struct worker *w)
{
	uint64_t at = (uintptr_t)ARENA + below(&w->r, ARENA_PAGES) * PAGE;

	switch (below(&w->r, 32)) {
	case 0:
		return 0;
	case 1:
		return argument_anything(w);
	case 2:
		return w->recent[below(&w->r, RECENT)];
	case 3:
		return at + below(&w->r, PAGE);
	default:
		return at;
	}
}

uint64_t
argument_length(struct worker *w)
{
	switch (below(&w->r, 16)) {
	case 0:
		return argument_anything(w);
	case 1:
		return -below(&w->r, 2 * PAGE);
	case 2:
		return below(&w->r, 16) * PAGE;
	case 3:
		return PAGE - 8 + below(&w->r, 16);
	case 4:
		return below(&w->r, 32 * PAGE);
	default:
		return below(&w->r, 300);
	}
}

static uint64_t
size_of_memory(struct worker *w)
{
	switch (below(&w->r, 32)) {
	case 0:
		return argument_anything(w);
	case 1:
		return -below(&w->r, 16) * PAGE;
	case 2:
		return below(&w->r, 4096) * PAGE;
	case 3:
		return below(&w->r, 16 * PAGE);
	default:
		return (1 + below(&w->r, ARENA_PIECE)) * PAGE;
	}
}

static uint64_t
offset(struct worker *w)
{
	switch (below(&w->r, 16)) {
	case 0:
		return argument_anything(w);
	case 1:
		return -below(&w->r, 3 * PAGE);
	case 2:
		return below(&w->r, 1ul << 32) * PAGE;
	case 3:
	case 4:
	case 5:
		return below(&w->r, 16) * PAGE;
	default:
		return below(&w->r, 3 * PAGE);
	}
}

uint64_t
argument_descriptor(struct worker *w)
{
	switch (below(&w->r, 32)) {
	case 0:
		return argument_anything(w);
	case 1:
		return (uint64_t)-1;
	case 2:
	case 3:
	case 4:
		return w->recent[below(&w->r, RECENT)];
	case 5:
		return below(&w->r, 24) | draw(&w->r) << 32;
	default:
		return below(&w->r, 24);
	}
}

static uint64_t
process(struct worker *w)
{
	switch (below(&w->r, 12)) {
	case 0:
		return argument_anything(w);
	case 1:
		return 1;
	case 2:
		return (uint64_t)-1;
	case 3:
		return -w->recent[below(&w->r, RECENT)];
	case 4:
		return w->pid + below(&w->r, 16) - 8;
	case 5:
		return w->pid;
	case 6:
	case 7:
	case 8:
		return 0;
	default:
		return w->recent[below(&w->r, RECENT)];
	}
}

static uint64_t
small(struct worker *w)
{
	return one_in(&w->r, 16) ? argument_anything(w) : below(&w->r, 20) - 1;
}

/* None, one, or several. */
uint64_t
argument_flags(struct worker *w)
{
	uint64_t f = 0;

	if (one_in(&w->r, 2))
		return 0;
	if (one_in(&w->r, 16))
		return argument_anything(w);
	for (uint64_t n = below(&w->r, 3) + 1; n > 0; n--)
		f |= 1ul << below(&w->r, 24);
	return f;
}

static uint64_t
mode(struct worker *w)
{
	static const uint64_t types[] = {0,	  0010000, 0020000, 0040000,
					 0060000, 0100000, 0120000, 0140000};

	return one_in(&w->r, 16) ? argument_anything(w)
				 : below(&w->r, 010000) | PICK(&w->r, types);
}

static uint64_t
open_flags(struct worker *w)
{
	static const uint64_t some[] = {
		0,	    O_CREAT,   O_EXCL, O_TRUNC,	    O_APPEND,
		O_NONBLOCK, O_CLOEXEC, O_PATH, O_DIRECTORY, O_NOFOLLOW};

	if (one_in(&w->r, 32))
		return argument_anything(w);
	return below(&w->r, 4) | PICK(&w->r, some) | PICK(&w->r, some) |
	       O_NONBLOCK;
}

static uint64_t
reading_flags(struct worker *w)
{
	static const uint64_t some[] = {0, O_CLOEXEC, O_PATH, O_DIRECTORY,
					O_NOFOLLOW};

	return PICK(&w->r, some) | PICK(&w->r, some) | O_NONBLOCK;
}

static uint64_t
mmap_flags(struct worker *w)
{
	static const uint64_t some[] = {0,
					0,
					MAP_FIXED,
					MAP_FIXED,
					MAP_NORESERVE,
					0x100,
					MAP_POPULATE,
					0x100000};

	if (one_in(&w->r, 32))
		return argument_anything(w);
	return (1 + below(&w->r, 3)) | PICK(&w->r, some) |
	       (one_in(&w->r, 2) ? MAP_ANONYMOUS : 0);
}

/* Children of all kinds: with memory of their own or not, threads. */
static uint64_t
clone_flags(struct worker *w)
{
	static const uint64_t some[] = {
		0,	 SIGCHLD, 0x111,    0x4111,
		0x10f00, 0x50f00, 0x3d0f00, 0x1200011,
	};

	return one_in(&w->r, 8) ? argument_anything(w) : PICK(&w->r, some);
}

static uint64_t
ioctl_request(struct worker *w)
{
	return one_in(&w->r, 8) ? argument_anything(w)
				: 0x5400 + below(&w->r, 0x60);
}

static uint64_t
fcntl_command(struct worker *w)
{
	static const uint64_t far[] = {1030, 1031, 1032, 1033, 1034};

	return one_in(&w->r, 3)	   ? PICK(&w->r, far)
	       : one_in(&w->r, 16) ? argument_anything(w)
				   : below(&w->r, 12);
}

static uint64_t
arch_code(struct worker *w)
{
	return one_in(&w->r, 8) ? argument_anything(w)
				: 0x1001 + below(&w->r, 4);
}

static uint64_t
nothing_or_pointer(struct worker *w)
{
	return one_in(&w->r, 2) ? 0 : argument_pointer(w);
}

static uint64_t
descriptor_of_directory(struct worker *w)
{
	return one_in(&w->r, 3) ? argument_descriptor(w) : (uint64_t)AT_FDCWD;
}

static uint64_t
signal_number(struct worker *w)
{
	return one_in(&w->r, 16) ? argument_anything(w) : below(&w->r, 66);
}

static uint64_t
user(struct worker *w)
{
	return one_in(&w->r, 4) ? argument_anything(w) : 0;
}

static uint64_t
milliseconds(struct worker *w)
{
	return one_in(&w->r, 16) ? argument_anything(w) : below(&w->r, 2);
}

static uint64_t
futex_operation(struct worker *w)
{
	return below(&w->r, 14) | below(&w->r, 4) << 7;
}

static uint64_t
stack(struct worker *w)
{
	return one_in(&w->r, 2) ? 0 : arena_address(w);
}

static uint64_t
rights(struct worker *w)
{
	return one_in(&w->r, 16) ? argument_anything(w) : below(&w->r, 8);
}

static uint64_t
size_of_set(struct worker *w)
{
	return one_in(&w->r, 16) ? argument_anything(w) : 8;
}

static uint64_t (*const types[128])(struct worker *w) = {
	['a'] = page_address,
	['b'] = argument_pointer,
	['c'] = small,
	['d'] = descriptor_of_directory,
	['e'] = struct_arguments,
	['f'] = argument_descriptor,
	['g'] = argument_flags,
	['i'] = process,
	['k'] = ioctl_request,
	['l'] = argument_length,
	['m'] = mode,
	['n'] = signal_number,
	['o'] = offset,
	['p'] = path_own,
	['q'] = fcntl_command,
	['s'] = size_of_memory,
	['t'] = path_target,
	['u'] = user,
	['v'] = struct_poll_list,
	['w'] = milliseconds,
	['x'] = path_program,
	['y'] = arch_code,
	['z'] = argument_anything,
	['?'] = argument_anything,
	['A'] = futex_operation,
	['B'] = nothing_or_pointer,
	['C'] = clone_flags,
	['F'] = mmap_flags,
	['H'] = struct_handler,
	['I'] = struct_vectors,
	['K'] = stack,
	['M'] = rights,
	['N'] = size_of_set,
	['O'] = open_flags,
	['P'] = path_any,
	['R'] = reading_flags,
	['T'] = struct_times,
};

void
argue(struct worker *w, const struct shape *s, struct call *c)
{
	size_t n = strlen(s->types);

	*c = (struct call){.number = s->number};
	w->used = 0;
	for (size_t i = 0; i < n; i++)
		c->argument[i] = types[(int)s->types[i]](w);
}
