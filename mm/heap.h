/*
 * Small kernel objects, cut from single frames by size class.
 *
 * A page of the heap goes back to the frame allocator when its last object is
 * freed, so that a finished process leaves no trace.
 */
#pragma once

#include "kernel/types.h"

struct frame;

enum {
	HEAP_MAX = 2000, /* the largest object; larger things are frames */
};

/* => zeroed, 16-byte aligned; NULL without memory or if size > HEAP_MAX */
void *heap_alloc(size_t size) MUST_CHECK;
/* The same, but with the bytes at `from`. */
void *heap_copy(const void *from, size_t size) MUST_CHECK;
/* => NULL is ignored */
void heap_free(void *object);

/* For audit: whether the counts of this page of the heap agree. */
bool heap_page_ok(const struct frame *f);
