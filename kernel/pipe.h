/*
 * Pipes: bytes from writers to readers, in order, through 64 KiB of memory
 * (pipe(7)).
 */
#pragma once

#include "kernel/types.h"

struct inode;
struct pipe;

enum {
	PIPE_SIZE = 65536, /* bytes one holds */
};

/* A pipe without ends, in an inode with one reference; mode: permissions.
 * => NULL without memory */
struct inode *pipe_new(uint32_t mode) MUST_CHECK;
/* The inode of a pipe goes. => NULL is ignored */
void pipe_free(struct pipe *p);
/* For audit: holds the pages of all pipes. */
void pipe_hold(void);
/* For audit: whether each end is open as often as it counts. => defects */
int pipe_audit(void);
