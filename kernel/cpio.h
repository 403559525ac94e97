/*
 * The cpio "newc" format (cpio(5)), as an iterator over the bytes of an archive.
 * A pure parser: it reads within [archive, archive + size) and nothing else.
 */
#pragma once

#include "kernel/types.h"

struct cpio_entry {
	const char *name; /* within the archive, ends with a zero */
	uint32_t mode;	  /* type and permissions, as in stat(2) */
	uint32_t mtime;
	uint64_t dev;	     /* of the archive: hard links share dev and */
	uint32_t ino, nlink; /* ino; only the last one has the contents */
	const char *data;    /* within the archive */
	uint64_t size;	     /* of data */
};

struct cpio {
	const char *archive;
	size_t size;
	size_t offset;	   /* of the next header */
	const char *error; /* what is wrong at offset, or NULL */
};

void cpio_init(struct cpio *c, const void *archive, size_t size);
/* => true: *entry is the next file. false: the end ("TRAILER!!!" or the end of
 * the bytes), or c->error names a defect at c->offset */
bool cpio_next(struct cpio *c, struct cpio_entry *entry);
