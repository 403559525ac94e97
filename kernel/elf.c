/*
 * ELF64 executables (System V ABI 4, 5): from headers to segments.
 *
 * Owns: the layout of the two headers, and what makes an executable acceptable.
 *
 * Invariants of an image that elf_parse accepts:
 * E1 Segments ascend and no page belongs to two of them.
 * E2 filesz <= memsz, and the file holds all filesz bytes.
 * E3 low <= every segment < high; high fits below the stack, whatever the type,
 *    so that base + high cannot wrap for any user address base.
 * E4 The entry lies in an executable segment.
 */
#include "kernel/elf.h"

#include "kernel/string.h"
#include "mm/layout.h"
#include "mm/pt.h"

enum {
	CLASS_64 = 2,
	LITTLE_ENDIAN_DATA = 1,
	MACHINE_X86_64 = 62,
	TYPE_EXEC = 2,
	TYPE_DYN = 3,
	SEGMENT_LOAD = 1,
	SEGMENT_INTERP = 3,
	SEGMENT_GNU_STACK = 0x6474e551,
	FLAG_X = 1,
	FLAG_W = 2,
	FLAG_R = 4,
	INTERP_MIN = 2, /* one letter and the zero */
	INTERP_MAX = 4096,
};

#define PROGRAM_END (STACK_START - STACK_GUARD)

/* Elf64_Ehdr */
struct file_header {
	uint8_t magic[4];
	uint8_t class, data;
	uint8_t ident[10];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

/* Elf64_Phdr */
struct program_header {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

_Static_assert(sizeof(struct file_header) == 64, "Elf64_Ehdr");
_Static_assert(sizeof(struct program_header) == 56, "Elf64_Phdr");

/* What is wrong with the file header, or NULL. */
static const char *
header_defect(const struct file_header *h, size_t head_size)
{
	if (memcmp(h->magic, "\177ELF", sizeof(h->magic)) != 0)
		return "not an ELF file";
	if (h->class != CLASS_64 || h->data != LITTLE_ENDIAN_DATA ||
	    h->machine != MACHINE_X86_64)
		return "not for x86-64";
	if (h->type != TYPE_EXEC && h->type != TYPE_DYN)
		return "neither an executable nor a shared object";
	if (h->phentsize != sizeof(struct program_header))
		return "program headers of a strange size";
	if (h->phnum == 0 || h->phnum > ELF_HEADERS)
		return "no program headers, or too many";
	if (h->phoff > head_size ||
	    h->phnum * sizeof(struct program_header) > head_size - h->phoff)
		return "program headers beyond the first bytes of the file";
	return NULL;
}

static bool
in_file(const struct program_header *ph, uint64_t file_size)
{
	return ph->offset <= file_size && ph->filesz <= file_size - ph->offset;
}

static bool
in_memory(const struct program_header *ph, bool relocatable)
{
	return ph->vaddr >= (relocatable ? 0 : USER_START) &&
	       ph->vaddr < PROGRAM_END && ph->memsz <= PROGRAM_END - ph->vaddr;
}

/* The MMU maps pages, so a page of memory shows a page of the file. */
static bool
pages_agree(const struct program_header *ph)
{
	return (ph->align & (ph->align - 1)) == 0 &&
	       ph->offset % PAGE_SIZE == ph->vaddr % PAGE_SIZE;
}

static int
prot_of(uint32_t flags)
{
	return (flags & FLAG_R ? PROT_READ : 0) |
	       (flags & FLAG_W ? PROT_WRITE : 0) |
	       (flags & FLAG_X ? PROT_EXEC : 0);
}

static const char *
add_segment(struct elf_image *image, const struct program_header *ph)
{
	if (image->segments == ELF_SEGMENTS)
		return "too many segments";
	if (image->segments > 0 && page_down(ph->vaddr) < image->high)
		return "segments out of order, or two in one page";
	if (image->segments == 0)
		image->low = page_down(ph->vaddr);
	image->high = page_up(ph->vaddr + ph->memsz);
	image->segment[image->segments++] = (struct elf_segment){
		.vaddr = ph->vaddr,
		.offset = ph->offset,
		.filesz = ph->filesz,
		.memsz = ph->memsz,
		.prot = prot_of(ph->flags),
	};
	return NULL;
}

static const char *
take_load(struct elf_image *image, struct program_header *ph,
	  uint64_t file_size)
{
	if (ph->filesz > ph->memsz)
		return "a segment larger in the file than in memory";
	if (ph->memsz == 0)
		return NULL;
	if (ph->filesz == 0) /* linkers leave any offset there */
		ph->offset = ph->vaddr % PAGE_SIZE;
	else if (!in_file(ph, file_size))
		return "a segment beyond the end of the file";
	if (!in_memory(ph, image->relocatable))
		return "a segment outside the memory of programs";
	if (!pages_agree(ph))
		return "a segment at odds with page boundaries";
	return add_segment(image, ph);
}

static const char *
take_interp(struct elf_image *image, const struct program_header *ph,
	    uint64_t file_size)
{
	if (image->interp_size > 0)
		return "two interpreters";
	if (ph->filesz < INTERP_MIN || ph->filesz > INTERP_MAX ||
	    !in_file(ph, file_size))
		return "the interpreter's name has a bad size or place";
	image->interp_offset = ph->offset;
	image->interp_size = ph->filesz;
	return NULL;
}

static const char *
take_header(struct elf_image *image, struct program_header *ph,
	    uint64_t file_size)
{
	switch (ph->type) {
	case SEGMENT_LOAD:
		return take_load(image, ph, file_size);
	case SEGMENT_INTERP:
		return take_interp(image, ph, file_size);
	case SEGMENT_GNU_STACK:
		image->exec_stack = ph->flags & FLAG_X;
		return NULL;
	default:
		return NULL;
	}
}

/* Where a loaded segment shows [offset, offset + len) of the file; 0: none. */
static uint64_t
address_of(const struct elf_image *image, uint64_t offset, uint64_t len)
{
	for (size_t i = 0; i < image->segments; i++) {
		const struct elf_segment *seg = &image->segment[i];

		if (offset >= seg->offset &&
		    offset - seg->offset <= seg->filesz &&
		    len <= seg->filesz - (offset - seg->offset))
			return seg->vaddr + (offset - seg->offset);
	}
	return 0;
}

static bool
entry_ok(const struct elf_image *image)
{
	for (size_t i = 0; i < image->segments; i++) {
		const struct elf_segment *seg = &image->segment[i];

		if ((seg->prot & PROT_EXEC) && image->entry >= seg->vaddr &&
		    image->entry - seg->vaddr < seg->memsz)
			return true;
	}
	return false;
}

static const char *
parse(struct elf_image *image, const char *head, size_t head_size,
      uint64_t file_size)
{
	struct file_header h;
	struct program_header ph;
	const char *why;

	if (head_size < sizeof(h))
		return "too short for an ELF header";
	memcpy(&h, head, sizeof(h));
	why = header_defect(&h, head_size);
	if (why)
		return why;
	image->relocatable = h.type == TYPE_DYN;
	image->entry = h.entry;
	image->phnum = h.phnum;
	for (size_t i = 0; i < h.phnum; i++) {
		memcpy(&ph, head + h.phoff + i * sizeof(ph), sizeof(ph));
		why = take_header(image, &ph, file_size);
		if (why)
			return why;
	}
	image->phdr = address_of(image, h.phoff, h.phnum * sizeof(ph));
	return entry_ok(image) ? NULL : "the entry is in no executable segment";
}

int
elf_parse(struct elf_image *image, const void *head, size_t head_size,
	  uint64_t file_size, const char **why)
{
	memset(image, 0, offsetof(struct elf_image, segment));
	image->exec_stack = true;
	*why = parse(image, head, head_size, file_size);
	return *why ? -ENOEXEC : 0;
}
