/*
 * The shadow TLB (debug kernels): finds the flush that the emulator forgives.
 *
 * A CPU may go on using a translation that the page table no longer holds until
 * it is told to forget it (SDM 3A 4.10). mm/pt*.c notes each change that takes
 * something away from a present entry: W, U, execution, its frame. The note
 * stays until an INVLPG or a CR3 load covers it; one that is still there when a
 * program runs again is reported, with the line that made the change.
 */
#pragma once

#include "kernel/types.h"

struct frame;

enum {
	SHADOW_EVERYTHING = 5, /* as a level: every entry of the root lost W */
};

#if defined(DEBUG) && !__STDC_HOSTED__

/* The entry of this level (1..4) for va in root's tables becomes new: address
 * and bits. Call it before the change, and only where the entry is in force. */
#define shadow_change(root, va, level, old, new) \
	shadow_note(root, va, level, old, new, __func__, __LINE__)

void shadow_note(const struct frame *root, vaddr_t va, int level, uint64_t old,
		 uint64_t new, const char *function, int line);
/* Called by cpu_flush_page and cpu_load_root. */
void shadow_flushed_page(vaddr_t va);
void shadow_flushed_all(void);
/* Prints the changes that nothing has covered, each once. => how many there
 * have been since boot */
size_t shadow_report(void);

#else

#define shadow_change(root, va, level, old, new) ((void)0)

static inline size_t
shadow_report(void)
{
	return 0;
}

#endif
