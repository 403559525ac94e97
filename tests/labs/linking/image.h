/*
 * An ELF file as its static linker left it: which of its pages relocations
 * write, read from the file and not from what runs.
 */
#pragma once

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "pages.h"

enum { IMAGE_PAGES = 64 };

struct image {
	const char *name;	    /* its last name */
	const unsigned char *bytes; /* of the file */
	uintptr_t base;		    /* in the processes that are looked at */
	unsigned char relocated[IMAGE_PAGES]; /* relocations of each page */
	uint64_t relro_start, relro_end;
};

static inline const Elf64_Phdr *
image_headers(const struct image *m, int *count)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)(uintptr_t)m->bytes;

	*count = h->e_phnum;
	return (const Elf64_Phdr *)(uintptr_t)(m->bytes + h->e_phoff);
}

/* What the file has for an address of the object. */
static inline const void *
image_at(const struct image *m, uint64_t vaddr)
{
	int count;
	const Elf64_Phdr *p = image_headers(m, &count);

	for (; count--; p++)
		if (p->p_type == PT_LOAD && vaddr >= p->p_vaddr &&
		    vaddr < p->p_vaddr + p->p_filesz)
			return m->bytes + p->p_offset + (vaddr - p->p_vaddr);
	need(0, "an address in the dynamic section");
	return NULL;
}

static inline void
image_count(struct image *m, uint64_t table, uint64_t size, uint64_t start)
{
	const Elf64_Rela *r = table ? image_at(m, table) : NULL;

	for (; r && size >= sizeof(*r); size -= sizeof(*r), r++) {
		uint64_t page = (r->r_offset - start) / PAGE;

		need(page < IMAGE_PAGES, "relocations in so few pages");
		if (ELF64_R_TYPE(r->r_info) != R_X86_64_NONE)
			m->relocated[page]++;
	}
}

/* first: where its first page is linked to be, 0 but in fixed programs */
static inline void
image_read(struct image *m, const char *path, uint64_t first)
{
	uint64_t rela = 0, rela_size = 0, plt = 0, plt_size = 0;
	const Elf64_Phdr *p;
	const Elf64_Dyn *d = NULL;
	struct stat st;
	int fd = open(path, O_RDONLY), count;

	need(fd >= 0 && fstat(fd, &st) == 0, path);
	memset(m, 0, sizeof(*m));
	m->name = strrchr(path, '/') + 1;
	m->bytes =
		mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	need(m->bytes != MAP_FAILED, path);
	close(fd);
	for (p = image_headers(m, &count); count--; p++) {
		if (p->p_type == PT_DYNAMIC)
			d = image_at(m, p->p_vaddr);
		if (p->p_type != PT_GNU_RELRO)
			continue;
		m->relro_start = (p->p_vaddr - first) / PAGE * PAGE;
		m->relro_end = (p->p_vaddr + p->p_memsz - first) / PAGE * PAGE;
	}
	for (; d && d->d_tag != DT_NULL; d++) {
		rela = d->d_tag == DT_RELA ? d->d_un.d_ptr : rela;
		rela_size = d->d_tag == DT_RELASZ ? d->d_un.d_val : rela_size;
		plt = d->d_tag == DT_JMPREL ? d->d_un.d_ptr : plt;
		plt_size = d->d_tag == DT_PLTRELSZ ? d->d_un.d_val : plt_size;
	}
	image_count(m, rela, rela_size, first);
	image_count(m, plt, plt_size, first);
}

/* Where a process has it. => false: nowhere */
static inline int
image_find(struct image *m, pid_t pid)
{
	static struct pageinfo info;
	uint64_t addr = 0;

	for (; pageinfo(pid, (const void *)addr, &info) == 0;
	     addr = info.region_end) {
		if (strcmp(info.name, m->name) == 0) {
			m->base = info.region_start;
			return 1;
		}
	}
	return 0;
}
