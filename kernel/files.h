/*
 * The descriptors of a process: small numbers for open files.
 */
#pragma once

#include "kernel/types.h"

struct file;
struct files;
struct process;

enum {
	FILES_MAX = 1024, /* descriptors of one process */
};

/* => NULL without memory */
struct files *files_new(void) MUST_CHECK;
/* The same open files under the same numbers. */
struct files *files_fork(const struct files *files) MUST_CHECK;
/* Closes all. */
void files_free(struct files *files);
/* Closes those that are marked close-on-exec. */
void files_exec(struct files *files);
/* Opens the console as 0, 1 and 2. => 0, -ENOENT, -ENOMEM */
int files_open_console(struct process *p) MUST_CHECK;

/* What RLIMIT_NOFILE says of the current process: descriptors are below it. */
uint32_t files_limit(void);
/* The open file of a descriptor, an int of which the upper half is ignored.
 * => no reference: a caller that may sleep takes its own; NULL if it is none */
struct file *files_find(const struct files *files, uint64_t fd);
/* => also NULL if it was opened as a place only (O_PATH) */
struct file *files_get(const struct files *files, uint64_t fd);
/* The lowest free descriptor from `lowest`, which can be set from now on until
 * another one is asked for. => -EMFILE, -ENOMEM */
int files_reserve(struct files *files, uint64_t lowest) MUST_CHECK;
/* Makes exactly fd (below FILES_MAX) settable. => -ENOMEM */
int files_reserve_at(struct files *files, uint32_t fd) MUST_CHECK;
/* Puts f at a reserved descriptor; closes what was there. Takes over the
 * caller's reference. */
void files_set(struct files *files, uint32_t fd, struct file *f, bool cloexec);
/* => fd is open */
void files_close(struct files *files, uint32_t fd);
bool files_cloexec(const struct files *files, uint32_t fd);
/* For audit: one recount of each file for each descriptor. */
void files_recount(const struct files *files);
void files_set_cloexec(struct files *files, uint32_t fd, bool cloexec);
