/*
 * ELF64 executables (System V ABI 4, 5): what exec needs of the headers. A pure
 * parser: it sees the first bytes of the file and its length; the contents of
 * segments stay unread.
 */
#pragma once

#include "kernel/types.h"

enum {
	ELF_SEGMENTS = 16, /* PT_LOAD segments accepted */
	ELF_HEADERS = 48,  /* program headers accepted */
};

struct elf_segment {
	uint64_t vaddr, offset;
	uint64_t filesz, memsz;
	int prot; /* PROT_* */
};

struct elf_image {
	bool relocatable; /* ET_DYN: may be put anywhere */
	bool exec_stack;  /* PT_GNU_STACK asks for an executable stack, or
				   there is none */
	uint64_t entry;
	uint64_t low, high; /* bounds of all segments, page aligned */
	uint64_t phdr;	    /* virtual address of the program headers; 0:
				   in no segment */
	uint16_t phnum;
	uint64_t interp_offset; /* PT_INTERP: where the path is, */
	uint64_t interp_size;	/* and its length with the zero; 0: none */
	size_t segments;
	struct elf_segment segment[ELF_SEGMENTS]; /* by vaddr, pages disjoint */
};

/* head: the first head_size bytes of a file of file_size bytes; all program
 * headers must lie within them. => 0, or -ENOEXEC and *why says why */
int elf_parse(struct elf_image *image, const void *head, size_t head_size,
	      uint64_t file_size, const char **why) MUST_CHECK;
