/*
 * What the boot loader said, whichever it was: multiboot2 (GRUB) and PVH (QEMU
 * -kernel) both end here. Everything is copied: nothing points into memory that
 * is about to be allocated.
 *
 * Every value is an allegation. The parsers read only within the memory they
 * are given, use arithmetic that cannot overflow, and end with an error that
 * names the defect and its offset.
 */
#pragma once

#include "kernel/types.h"

enum {
	BOOT_RANGES = 128, /* memory map entries kept */
	BOOT_MODULES = 8,
	BOOT_CMDLINE = 512,
};

struct boot_range {
	paddr_t start, end; /* start < end */
	bool usable;	    /* RAM that nobody needs */
};

struct boot_module {
	paddr_t start, end; /* start <= end */
};

struct bootinfo {
	const char *loader; /* "multiboot2" or "PVH" */
	struct boot_range range[BOOT_RANGES];
	size_t ranges;
	struct boot_module module[BOOT_MODULES];
	size_t modules;
	char cmdline[BOOT_CMDLINE];
	const char *error;   /* what is wrong with the information, or NULL */
	size_t error_offset; /* where, in bytes from its start */
};

/* Where the parser sees [addr, addr + len) of physical memory, or NULL if that
 * is out of reach. */
typedef const void *boot_view(paddr_t addr, size_t len);

/* info: physical address of the multiboot2 information (multiboot2 spec 3.4).
 * => false: b->error says why */
bool multiboot2_parse(struct bootinfo *b, paddr_t info, boot_view *view);
/* info: physical address of struct hvm_start_info (xen/arch-x86/hvm/start_info.h)
 */
bool pvh_parse(struct bootinfo *b, paddr_t info, boot_view *view);

/* The value of "name=value" in the command line, copied to value.
 * => false if there is none or it does not fit */
bool bootinfo_option(const struct bootinfo *b, const char *name, char *value,
		     size_t size);
/* For the parsers: says what is wrong, where. => false */
bool bootinfo_fail(struct bootinfo *b, const char *error, size_t offset);
/* The words after a lone "--", within the command line; "" if there are none. */
const char *bootinfo_arguments(const struct bootinfo *b);
/* Appends a range or module; an empty range, a wrapping range or module, or one
 * too many, is an error. => false: b->error is set */
bool bootinfo_add_range(struct bootinfo *b, paddr_t start, uint64_t len,
			bool usable, size_t offset);
bool bootinfo_add_module(struct bootinfo *b, paddr_t start, paddr_t end,
			 size_t offset);
