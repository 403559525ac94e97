/*
 * A frame: one page of physical memory, and how many entries can see it.
 *
 * struct frame * is the currency of the kernel: frame_page() is where the
 * kernel sees the frame, frame_addr() where the MMU does. A frame lives as long
 * as somebody holds a reference; frame_put() of the last one frees it.
 *
 * Nothing in Quire needs two frames side by side: tables, stacks, heap and
 * files are all built of single pages, so a free list is enough and no
 * allocation can fail for want of luck.
 */
#pragma once

#include "kernel/types.h"

/* What a frame is used for. Says who may point at it, and feeds `free`. */
enum frame_kind {
	FRAME_NONE, /* not RAM, or RAM that firmware keeps */
	FRAME_FREE,
	FRAME_KERNEL, /* kernel image, frame table, the zero frame */
	FRAME_MODULE, /* the initramfs as the boot loader placed it */
	FRAME_TABLE,  /* page tables */
	FRAME_HEAP,   /* small kernel objects */
	FRAME_STACK,  /* kernel stacks */
	FRAME_BUFFER, /* scratch memory of one system call */
	FRAME_PAGE,   /* contents of programs and files */
	FRAME_KINDS
};

struct frame {
	uint32_t refs;	  /* entries, store slots, named holders; 0: free */
	uint32_t recount; /* audit's own count of the same; 0 between audits */
	union {
		uint32_t next; /* if free: number of the next one in its list */
		uint32_t used; /* if a table: which parts have entries, pte.h */
	};
	uint8_t kind; /* enum frame_kind */
};

extern struct frame *frame_table; /* number 0 upward, */
extern size_t frame_total;	  /* so many */
extern char *frame_direct;	  /* where physical address 0 is seen */
/* The page of zeros that reads of untouched memory show. */
extern struct frame *frame_zero;

/* Starts with `count` frames, number 0 upward, all FRAME_NONE. `direct` is
 * where the kernel sees physical address 0; `table` has room for count. */
void frame_init(void *direct, struct frame *table, size_t count);

/* Says what [start, end) is; partial pages at its ends stay as they were.
 * => FRAME_FREE: allocatable from now on; any other: holds one reference
 * => frames beyond count are passed over */
void frame_add(paddr_t start, paddr_t end, enum frame_kind kind);

/* Allocates the zero frame. => once, after the first frames were added */
void frame_init_zero(void);

/* One reference, contents unspecified. => NULL if no frame is free */
struct frame *frame_alloc(enum frame_kind kind) MUST_CHECK;
/* The same, filled with zeros. */
struct frame *frame_alloc_zeroed(enum frame_kind kind) MUST_CHECK;

void frame_get(struct frame *f);
void frame_put(struct frame *f);
/* The last reference to a frame that is all zeros: it need not be zeroed for
 * whoever wants one. */
void frame_put_zeroed(struct frame *f);

static inline size_t
frame_number(const struct frame *f)
{
	return (size_t)(f - frame_table);
}

static inline paddr_t
frame_addr(const struct frame *f)
{
	return frame_number(f) * PAGE_SIZE;
}

static inline void *
frame_page(const struct frame *f)
{
	return frame_direct + frame_addr(f);
}

/* And back, from any byte that lies in a frame. */
static inline struct frame *
frame_from(const void *at)
{
	return &frame_table[(size_t)((const char *)at - frame_direct) /
			    PAGE_SIZE];
}

/* The frame that holds a physical address, or that the kernel sees at page.
 * => frame_at: NULL if there is no RAM there */
struct frame *frame_at(paddr_t addr);
struct frame *frame_of(const void *page);

/* How many frames are of this kind now. */
size_t frame_count(enum frame_kind kind);

/* For audit: visits every frame from number 0, NULL at the end. */
static inline struct frame *
frame_next(struct frame *f)
{
	f = f ? f + 1 : frame_table;
	return f < frame_table + frame_total ? f : NULL;
}
/* For audit: F1, by walking the free list. */
bool frame_audit_free(void);
/* Debug builds: how many bytes at the start of f nobody has written since it was
 * free, but for the first word. => 0 in other builds */
size_t frame_untouched(const struct frame *f);
/* For audit: F2, which reads all of free memory. => true in other builds */
bool frame_audit_poison(void);
