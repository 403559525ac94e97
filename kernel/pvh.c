/*
 * Boot information from QEMU -kernel: struct hvm_start_info
 * (xen/arch-x86/hvm/start_info.h), which points at its parts.
 *
 * Owns: the layout of these structures.
 *
 * Invariant: H1 everything is read through the view, one entry at a time. A
 * defect in a part has the offset of the field that points at that part.
 */
#include "kernel/bootinfo.h"
#include "kernel/string.h"

enum {
	MAGIC = 0x336ec578,
	VERSION_MEMMAP = 1, /* the first with a memory map */
	MEMORY_RAM = 1,
};

struct start_info {
	uint32_t magic, version, flags, modules;
	uint64_t module_list, cmdline, rsdp;
	uint64_t memmap; /* from here on: version 1 */
	uint32_t memmap_entries, reserved;
};

struct module_entry {
	uint64_t addr, size, cmdline, reserved;
};

struct memmap_entry {
	uint64_t addr, size;
	uint32_t type, reserved;
};

_Static_assert(sizeof(struct start_info) == 56, "hvm_start_info version 1");
_Static_assert(sizeof(struct module_entry) == 32, "hvm_modlist_entry");
_Static_assert(sizeof(struct memmap_entry) == 24, "hvm_memmap_table_entry");

/* Copies len bytes at addr. => false if they are out of reach */
static bool
look(boot_view *view, void *to, paddr_t addr, size_t len)
{
	const void *from;

	if (addr > UINT64_MAX - len)
		return false;
	from = view(addr, len);
	if (from)
		memcpy(to, from, len);
	return from;
}

/* The same for entry i of a table, once those before it have been read: the
 * last of them ended below the top, so this one's address does not wrap. */
static bool
look_entry(boot_view *view, void *to, paddr_t table, size_t i, size_t size)
{
	return look(view, to, table + i * size, size);
}

static bool
take_cmdline(struct bootinfo *b, const struct start_info *info, boot_view *view)
{
	size_t offset = offsetof(struct start_info, cmdline);

	if (info->cmdline == 0)
		return true;
	for (size_t i = 0; i < BOOT_CMDLINE - 1; i++) {
		if (!look_entry(view, &b->cmdline[i], info->cmdline, i, 1))
			return bootinfo_fail(b, "a command line out of reach",
					     offset);
		if (b->cmdline[i] == '\0')
			return true;
	}
	return true; /* the rest is dropped; the zero is there already */
}

static bool
take_modules(struct bootinfo *b, const struct start_info *info, boot_view *view)
{
	size_t offset = offsetof(struct start_info, module_list);
	struct module_entry entry;

	for (size_t i = 0; i < info->modules; i++) {
		if (!look_entry(view, &entry, info->module_list, i,
				sizeof(entry)))
			return bootinfo_fail(b, "a module list out of reach",
					     offset);
		if (entry.addr > UINT64_MAX - entry.size)
			return bootinfo_fail(b, "a module that wraps", offset);
		if (!bootinfo_add_module(b, entry.addr, entry.addr + entry.size,
					 offset))
			return false;
	}
	return true;
}

static bool
take_memmap(struct bootinfo *b, const struct start_info *info, boot_view *view)
{
	size_t offset = offsetof(struct start_info, memmap);
	struct memmap_entry entry;

	if (info->memmap_entries > BOOT_RANGES)
		return bootinfo_fail(b, "too many memory ranges", offset);
	for (size_t i = 0; i < info->memmap_entries; i++) {
		if (!look_entry(view, &entry, info->memmap, i, sizeof(entry)))
			return bootinfo_fail(b, "a memory map out of reach",
					     offset);
		if (entry.size == 0)
			continue; /* firmware does write such */
		if (!bootinfo_add_range(b, entry.addr, entry.size,
					entry.type == MEMORY_RAM, offset))
			return false;
	}
	if (b->ranges == 0)
		return bootinfo_fail(b, "no memory map", offset);
	return true;
}

bool
pvh_parse(struct bootinfo *b, paddr_t info, boot_view *view)
{
	struct start_info start = {0};

	memset(b, 0, sizeof(*b));
	b->loader = "PVH";
	/* Version 0 is shorter: nothing beyond it is read until we know. */
	if (!look(view, &start, info, offsetof(struct start_info, memmap)))
		return bootinfo_fail(b, "no information there", 0);
	if (start.magic != MAGIC)
		return bootinfo_fail(b, "not an hvm_start_info", 0);
	if (start.version < VERSION_MEMMAP)
		return bootinfo_fail(b, "version 0, which has no memory map",
				     offsetof(struct start_info, version));
	if (!look(view, &start, info, sizeof(start)))
		return bootinfo_fail(b, "information out of reach", 0);
	return take_cmdline(b, &start, view) && take_modules(b, &start, view) &&
	       take_memmap(b, &start, view);
}
