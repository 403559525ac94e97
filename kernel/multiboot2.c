/*
 * Boot information from GRUB: a list of tags (multiboot2 spec 3.4 to 3.6).
 *
 *	total_size reserved | type size ... pad to 8 | ... | 0 8
 *
 * Owns: the layout of the tags.
 *
 * Invariant: M1 nothing is read outside total_size bytes from the start, nor
 * outside the tag that is being read.
 */
#include "kernel/bootinfo.h"
#include "kernel/string.h"

enum {
	TAG_END = 0,
	TAG_CMDLINE = 1,
	TAG_MODULE = 3,
	TAG_MMAP = 6,
	MEMORY_AVAILABLE = 1,
	ALIGNMENT = 8,
};

struct info_header {
	uint32_t total_size, reserved;
};

struct tag_header {
	uint32_t type, size; /* without the padding behind it */
};

struct module_tag {
	struct tag_header tag;
	uint32_t start, end; /* then a string, which nobody needs */
};

struct mmap_tag {
	struct tag_header tag;
	uint32_t entry_size, entry_version; /* then entries */
};

struct mmap_entry {
	uint64_t addr, len;
	uint32_t type, reserved;
};

_Static_assert(sizeof(struct mmap_entry) == 24, "multiboot2 spec 3.6.8");

/* The tag being read: all its bytes are readable. */
struct tag {
	const char *bytes;
	size_t size;
	size_t offset; /* from the start of the information */
};

static bool
take_cmdline(struct bootinfo *b, const struct tag *t)
{
	const char *text = t->bytes + sizeof(struct tag_header);
	size_t room = t->size - sizeof(struct tag_header);
	size_t len = strnlen(text, room);

	if (len == room)
		return bootinfo_fail(b, "a command line without an end",
				     t->offset);
	len = min_u64(len, BOOT_CMDLINE - 1);
	memcpy(b->cmdline, text, len);
	b->cmdline[len] = '\0';
	return true;
}

static bool
take_module(struct bootinfo *b, const struct tag *t)
{
	struct module_tag module;

	if (t->size < sizeof(module))
		return bootinfo_fail(b, "a module tag cut short", t->offset);
	memcpy(&module, t->bytes, sizeof(module));
	return bootinfo_add_module(b, module.start, module.end, t->offset);
}

static bool
take_entry(struct bootinfo *b, const struct tag *t, size_t at)
{
	struct mmap_entry entry;

	memcpy(&entry, t->bytes + at, sizeof(entry));
	if (entry.len == 0)
		return true; /* firmware does write such */
	return bootinfo_add_range(b, entry.addr, entry.len,
				  entry.type == MEMORY_AVAILABLE,
				  t->offset + at);
}

static bool
take_mmap(struct bootinfo *b, const struct tag *t)
{
	struct mmap_tag mmap;

	if (t->size < sizeof(mmap))
		return bootinfo_fail(b, "a memory map cut short", t->offset);
	memcpy(&mmap, t->bytes, sizeof(mmap));
	if (mmap.entry_size < sizeof(struct mmap_entry) ||
	    mmap.entry_size % ALIGNMENT != 0)
		return bootinfo_fail(b, "memory map entries of a strange size",
				     t->offset);
	for (size_t at = sizeof(mmap); at < t->size; at += mmap.entry_size) {
		if (t->size - at < mmap.entry_size)
			return bootinfo_fail(b, "a memory map cut short",
					     t->offset + at);
		if (!take_entry(b, t, at))
			return false;
	}
	return true;
}

static bool
take_tag(struct bootinfo *b, const struct tag *t, uint32_t type)
{
	switch (type) {
	case TAG_CMDLINE:
		return take_cmdline(b, t);
	case TAG_MODULE:
		return take_module(b, t);
	case TAG_MMAP:
		return take_mmap(b, t);
	default:
		return true;
	}
}

static bool
take_tags(struct bootinfo *b, const char *info, size_t total)
{
	struct tag_header header;
	size_t offset = sizeof(struct info_header);

	while (offset < total && total - offset >= sizeof(header)) {
		memcpy(&header, info + offset, sizeof(header));
		if (header.size < sizeof(header) ||
		    header.size > total - offset)
			return bootinfo_fail(b, "a tag of a bad size", offset);
		if (header.type == TAG_END)
			return true;
		if (!take_tag(b,
			      &(struct tag){
				      .bytes = info + offset,
				      .size = header.size,
				      .offset = offset,
			      },
			      header.type))
			return false;
		offset += (header.size + (size_t)ALIGNMENT - 1) &
			  ~(size_t)(ALIGNMENT - 1);
	}
	return bootinfo_fail(b, "no end tag", offset);
}

bool
multiboot2_parse(struct bootinfo *b, paddr_t info, boot_view *view)
{
	struct info_header header;
	const char *bytes;

	memset(b, 0, sizeof(*b));
	b->loader = "multiboot2";
	bytes = info % ALIGNMENT == 0 ? view(info, sizeof(header)) : NULL;
	if (!bytes)
		return bootinfo_fail(b, "no information there", 0);
	memcpy(&header, bytes, sizeof(header));
	if (header.total_size < sizeof(header))
		return bootinfo_fail(b, "a total size too small", 0);
	bytes = view(info, header.total_size);
	if (!bytes)
		return bootinfo_fail(b, "a total size out of reach", 0);
	if (!take_tags(b, bytes, header.total_size))
		return false;
	if (b->ranges == 0)
		return bootinfo_fail(b, "no memory map", 0);
	return true;
}
