/*
 * Small kernel objects by size class.
 *
 * Owns: all FRAME_HEAP frames. Each begins with a struct slab; the rest is cut
 * into objects of one class:
 *
 *	+------+--------+--------+-----  -----+--------+-------+
 *	| slab | object | object |    ...     | object | spare |
 *	+------+--------+--------+-----  -----+--------+-------+
 *
 * Invariants:
 *	H1 a page is in its class's list iff it has a free object
 *	H2 a page without a used object does not exist
 *	H3 used == objects - those on `free` - those never cut
 *
 * Objects are cut lazily: a fresh page costs as much as its first object.
 */
#include "mm/heap.h"

#include "debug/san.h"
#include "kernel/assert.h"
#include "kernel/list.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/frame.h"

struct object {
	struct object *next;
};

struct slab {
	struct list link;    /* in the class's list of partial pages */
	struct object *free; /* freed objects */
	uint16_t class;	     /* index in class_size */
	uint16_t used;	     /* objects in use */
	uint16_t cut;	     /* objects ever handed out */
	uint16_t capacity;   /* objects that fit */
};

/* Multiples of 16 that fill a page well. */
static const uint16_t class_size[] = {
	32, 64, 96, 128, 192, 256, 336, 512, 672, 800, 1008, 1344, 2000,
};

enum {
	SLAB_HEADER = 48, /* objects stay 16-byte aligned */
	CLASSES = COUNT(class_size),
};

_Static_assert(sizeof(struct slab) <= SLAB_HEADER, "the header fits");
_Static_assert(SLAB_HEADER + 2 * HEAP_MAX <= PAGE_SIZE, "two largest fit");

static struct list partial[CLASSES];
static uint8_t known[HEAP_MAX / 16 + 1]; /* 1 + class_of, by 16s of size */

/* The smallest class for objects of so many times 16 bytes. */
static COLD unsigned
find_class(size_t i)
{
	unsigned class = 0;

	while (class_size[class] < 16 * i)
		class ++;
	known[i] = (uint8_t)(class + 1);
	return class;
}

static INLINE unsigned
class_of(size_t size)
{
	size_t i = (min_u64(size + SAN_REDZONE, HEAP_MAX) + 15) / 16;

	return known[i] ? known[i] - 1u : find_class(i);
}

static COLD struct slab *
slab_new(unsigned class)
{
	struct frame *f = frame_alloc(FRAME_HEAP);
	unsigned capacity = (PAGE_SIZE - SLAB_HEADER) / class_size[class];
	struct slab *s;

	if (!f)
		return NULL;
	s = frame_page(f);
	*s = (struct slab){
		.class = (uint16_t) class,
		.capacity = (uint16_t)capacity,
	};
	if (!partial[class].next)
		list_init(&partial[class]);
	list_append(&partial[class], &s->link);
	san_object(s, sizeof(*s), PAGE_SIZE);
	return s;
}

static INLINE void *
take(struct slab *s, size_t size)
{
	size_t whole = class_size[s->class];
	struct object *o = s->free;

	if (!o)
		o = (void *)((char *)s + SLAB_HEADER + s->cut * whole);
	san_object(o, whole, whole);
	if (s->free)
		s->free = o->next;
	else
		s->cut++;
	if (++s->used == s->capacity)
		list_remove(&s->link);
	san_object(o, size, whole);
	return o;
}

/* => contents unspecified */
static INLINE void *
cut(size_t size)
{
	struct list *first;
	struct slab *s;
	unsigned class;

	if (size > HEAP_MAX)
		return NULL;
	class = class_of(size);
	first = partial[class].next;
	s = first && first != &partial[class]
		    ? CONTAINER(first, struct slab, link)
		    : slab_new(class);
	return s ? take(s, size) : NULL;
}

void *
heap_alloc(size_t size)
{
	void *object = cut(size);

	return object ? memset(object, 0, size) : NULL;
}

void *
heap_copy(const void *from, size_t size)
{
	void *object = cut(size);

	return object ? memcpy(object, from, size) : NULL;
}

void
heap_free(void *object)
{
	struct slab *s = (void *)page_down((uintptr_t)object);
	struct object *o = object;

	if (!o)
		return;
	assert(frame_from(s)->kind == FRAME_HEAP && s->used > 0);
	san_freeing(o, class_size[s->class]);
	if (s->used-- == s->capacity)
		list_append(&partial[s->class], &s->link);
	o->next = s->free;
	s->free = o;
	san_freed(o, class_size[s->class]);
	if (s->used == 0) {
		list_remove(&s->link);
		frame_put(frame_from(s));
	}
}

/* Not checked: freed objects are linked by their own first bytes. */
NO_KASAN bool
heap_page_ok(const struct frame *f)
{
	const struct slab *s = frame_page(f);
	unsigned free = 0;

	if (s->class >= CLASSES || s->cut > s->capacity)
		return false;
	for (const struct object *o = s->free; o && free <= s->cut; o = o->next)
		free++;
	return s->used > 0 && s->used + free == s->cut;
}
