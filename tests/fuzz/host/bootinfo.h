/*
 * What both parsers of boot information promise.
 */
#pragma once

#include "kernel/bootinfo.h"
#include "target.h"

static inline void
check_bootinfo(const struct bootinfo *b, bool fine)
{
	MUST(fine == !b->error);
	MUST(b->ranges <= BOOT_RANGES && b->modules <= BOOT_MODULES);
	MUST(!fine || b->ranges > 0);
	for (size_t i = 0; i < b->ranges; i++)
		MUST(b->range[i].start < b->range[i].end);
	for (size_t i = 0; i < b->modules; i++)
		MUST(b->module[i].start <= b->module[i].end);
	MUST(memchr(b->cmdline, 0, sizeof(b->cmdline)));
}
