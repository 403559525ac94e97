/*
 * /proc: what the kernel knows, as files in Linux's formats (proc(5)).
 *
 * Nothing of it is kept: a lookup makes the inode that it finds, which lives as
 * long as somebody uses it, and a file's text is written when it is read from
 * its start. The text is a picture of one moment, in a store of its own: it
 * stays as it is, whatever pieces it is read in, until it is read from the start
 * again.
 */
#pragma once

#include "kernel/types.h"

struct inode;
struct proc;
struct process;
struct space;
struct store;

/* A text that is being written. */
struct text {
	struct store *store;
	char *scratch; /* a page, for names */
	int error;     /* why nothing more is added: -ENOMEM, or 0 */
};

/* One line at most. */
void text_print(struct text *t, const char *fmt, ...) PRINTF(2, 3);
void text_bytes(struct text *t, const char *bytes, size_t len);
/* "Name:", padded to 16, and a number of KiB. */
void text_kib(struct text *t, const char *name, uint64_t kib);
/* A file's name, which cannot end the line. */
void text_name(struct text *t, const char *name);

/* What smaps counts. A dirty kind follows its clean one. */
enum procfs_figure {
	PROCFS_RSS,
	PROCFS_PSS,
	PROCFS_PSS_DIRTY,
	PROCFS_SHARED_CLEAN,
	PROCFS_SHARED_DIRTY,
	PROCFS_PRIVATE_CLEAN,
	PROCFS_PRIVATE_DIRTY,
	PROCFS_REFERENCED,
	PROCFS_ANONYMOUS,
	PROCFS_SHMEM, /* shared, of no file */
	PROCFS_FIGURES
};

/* Over a whole space. */
void procfs_count(const struct space *s, uint64_t kib[PROCFS_FIGURES]);

/* Makes /proc, if there is no such directory, and what is in it. => -ENOMEM,
 * -ENOTDIR if it is a file */
int procfs_init(void) MUST_CHECK;
/* What an inode of /proc knows beside itself. => NULL is ignored */
void procfs_free(struct proc *proc);
/* What /proc calls an inode: its path, "/path (deleted)" or "pipe:[number]", in
 * a page. */
const char *procfs_name(const struct inode *inode, char *page);

/* The texts about a process, which may be a zombie. */
void procfs_cmdline(struct text *t, const struct process *p);
void procfs_comm(struct text *t, const struct process *p);
void procfs_environ(struct text *t, const struct process *p);
void procfs_maps(struct text *t, const struct process *p);
void procfs_smaps(struct text *t, const struct process *p);
void procfs_stat(struct text *t, const struct process *p);
void procfs_statm(struct text *t, const struct process *p);
void procfs_status(struct text *t, const struct process *p);
/* A program's memory at offset in pagemap, 8 bytes for each page.
 * => bytes, 0 at the end, -EINVAL, -EFAULT, -ENOMEM */
long procfs_pagemap(pid_t pid, uint64_t offset, vaddr_t to, size_t len);

/* The texts about the machine; p is NULL. */
void procfs_cpuinfo(struct text *t, const struct process *p);
void procfs_filesystems(struct text *t, const struct process *p);
void procfs_loadavg(struct text *t, const struct process *p);
void procfs_meminfo(struct text *t, const struct process *p);
void procfs_mounts(struct text *t, const struct process *p);
void procfs_system_stat(struct text *t, const struct process *p);
void procfs_uptime(struct text *t, const struct process *p);
void procfs_version(struct text *t, const struct process *p);
