/*
 * Arguments that point to structures made for the call. Now and then to any
 * memory instead.
 */
#include "calls.h"

uint64_t
struct_vectors(struct worker *w)
{
	size_t n = below(&w->r, 9);
	uint64_t *v = scratch(w, n * 16 + 16);

	if (one_in(&w->r, 16))
		return argument_pointer(w);
	for (size_t i = 0; i < n; i++) {
		v[2 * i] = argument_pointer(w);
		v[2 * i + 1] = argument_length(w);
	}
	return (uintptr_t)v;
}

uint64_t
struct_poll_list(struct worker *w)
{
	size_t n = 1 + below(&w->r, 8);
	uint64_t *v = scratch(w, 64 * 8);

	if (one_in(&w->r, 16))
		return argument_pointer(w);
	for (size_t i = 0; i < n; i++)
		v[i] = (uint32_t)argument_descriptor(w) | below(&w->r, 0x10000)
								  << 32;
	return (uintptr_t)v;
}

uint64_t
struct_arguments(struct worker *w)
{
	size_t n = below(&w->r, 6);
	uint64_t *v = scratch(w, n * 8 + 8);

	if (one_in(&w->r, 8))
		return argument_pointer(w);
	for (size_t i = 0; i < n; i++)
		v[i] = one_in(&w->r, 8) ? argument_pointer(w) : path_own(w);
	v[n] = one_in(&w->r, 16) ? argument_anything(w) : 0;
	return (uintptr_t)v;
}

/* Two times, mostly so short that nobody waits for long: the second is what
 * calls with an interval wait for. */
uint64_t
struct_times(struct worker *w)
{
	uint64_t *t = scratch(w, 32);

	if (one_in(&w->r, 16))
		return argument_pointer(w);
	for (int i = 0; i < 4; i += 2) {
		t[i] = one_in(&w->r, 16) ? argument_anything(w) : 0;
		t[i + 1] = one_in(&w->r, 16) ? argument_anything(w)
					     : below(&w->r, 100000);
	}
	return (uintptr_t)t;
}

uint64_t
struct_handler(struct worker *w)
{
	uint64_t *action = scratch(w, 32);

	if (one_in(&w->r, 4))
		return 0;
	if (one_in(&w->r, 8))
		return argument_pointer(w);
	action[0] = one_in(&w->r, 16) ? argument_anything(w) : below(&w->r, 2);
	action[1] = one_in(&w->r, 2) ? argument_flags(w) : 0x04000000;
	action[2] = one_in(&w->r, 16) ? argument_anything(w) : 0;
	action[3] = one_in(&w->r, 8) ? draw(&w->r) : 0;
	return (uintptr_t)action;
}
