/*
 * The first file tree: what the boot loader brought as a cpio archive.
 *
 * Files are not copied: each becomes a store that shows the archive's bytes.
 * Where they are page aligned, whole pages are mapped in place.
 */
#pragma once

#include "kernel/types.h"

struct cpio;

/* Builds the tree of an archive under inode_root. The archive stays where it
 * is for good. What is no file or directory is skipped, with a line on the
 * console. => 0, -ENOMEM, or -EINVAL before anything was done: c->error names
 * the defect at c->offset */
int initramfs_load(struct cpio *c) MUST_CHECK;
