/*
 * A store: a run of pages that several regions may show: a file, the libc
 * image, a shared block. The first toucher fills a page, everyone shares it.
 *
 * A store that came with the initramfs shows the bytes of its module. Where
 * they are page aligned a whole page *is* the module's frame: nothing is copied,
 * ever. Where they are not, in the last page, which is seldom whole, and where
 * there were none, a frame is filled on the first touch.
 */
#pragma once

#include "kernel/list.h"
#include "kernel/types.h"

struct frame;
struct inode;
struct store_node;

enum {
	STORE_NAME = 32,
};

struct store {
	uint32_t refs;	      /* inodes, open files and regions that use it */
	uint32_t busy;	      /* pages are being copied: none goes meanwhile */
	uint64_t size;	      /* bytes; pages beyond do not exist */
	const char *source;   /* what untouched pages show, or NULL: zeros */
	uint64_t source_size; /* bytes of it; the rest is zeros */
	struct store_node *root; /* 64-way tree of touched pages, or NULL */
	int shift;		 /* of an index, to find its slot of the root */
	struct list link;	 /* all stores, for reclaim and audit */
	struct inode *inode;	 /* whose contents it is, while that lives */
	uint32_t id;		 /* that one's number; 0 if there was none */
	char name[STORE_NAME];	 /* for people: the file's last name, or "" */
};

/* size zero bytes. => one reference; NULL without memory */
struct store *store_new(uint64_t size) MUST_CHECK;
/* The bytes at source, which stay readable and in place for good. */
struct store *store_new_from(const void *source, uint64_t size) MUST_CHECK;
void store_get(struct store *st);
void store_put(struct store *st);

/* The frame of page `index`, filled if it is the first touch; the store keeps
 * its reference, the caller gets none. write: the caller (or a mapping it
 * makes) may change the page, so it can never be made again from the source.
 * => -ENXIO beyond the last page, -ENOMEM */
int store_page(struct store *st, uint64_t index, bool write,
	       struct frame **page) MUST_CHECK;
/* The frames of n pages from `index` on: NULL for those that are not there and
 * would cost memory. The store keeps its references, the caller gets none. */
void store_ready(struct store *st, uint64_t index, struct frame **page,
		 size_t n);
/* The frame of a page that was touched, or NULL. No side effect. */
struct frame *store_peek(struct store *st, uint64_t index);
/* Grows (with zeros) or shrinks. Pages beyond the new end are dropped; the rest
 * of the last one becomes zero. Needs no memory. Mappings of dropped pages are
 * the caller's business: space_truncate_store. => -EFBIG */
int store_resize(struct store *st, uint64_t size) MUST_CHECK;
/* Copies what is there; short at the end. => bytes, or -ENOMEM if none */
long store_read(struct store *st, uint64_t offset, void *buf,
		size_t len) MUST_CHECK;

/* Drops untouched-since-filled pages that nobody maps and that can be made
 * again, but not of a busy store. => how many pages that freed */
size_t store_reclaim(void);

/* For audit: one recount for each slot of every store. */
void store_recount(void);
