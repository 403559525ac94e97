/*
 * Mapping a library: one region for each segment of the file, and nothing read
 * beyond the page with the headers. Pages come when they are touched.
 */
#include "ldso.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "libc.h"

enum { PATH = 256 };

static uintptr_t
page_down(uintptr_t address)
{
	return address & -(uintptr_t)PAGE;
}

static uintptr_t
page_up(uintptr_t address)
{
	return page_down(address + PAGE - 1);
}

static uintptr_t
map(const struct object *o, uintptr_t at, size_t size, int prot, int flags,
    int fd, uint64_t offset)
{
	long address = kernel(SYS_mmap, at, size, prot, MAP_PRIVATE | flags, fd,
			      offset);

	if (address < 0 && address > -4096)
		__dl_fail(o->name, "mmap failed", "");
	return (uintptr_t)address;
}

static int
protection(const Elf64_Phdr *p)
{
	return (p->p_flags & PF_R ? PROT_READ : 0) |
	       (p->p_flags & PF_W ? PROT_WRITE : 0) |
	       (p->p_flags & PF_X ? PROT_EXEC : 0);
}

/*
 *	vaddr           vaddr + filesz        vaddr + memsz
 *	| from the file | zeros, file's page  | zeros, anonymous |
 *	                      page boundary --^
 */
static void
map_segment(const struct object *o, const Elf64_Phdr *p, int fd)
{
	uintptr_t start = o->base + p->p_vaddr;
	uintptr_t file_end = start + p->p_filesz;
	uintptr_t end = start + p->p_memsz;
	uintptr_t from = page_down(start), to = page_up(file_end);

	if (p->p_filesz == 0)
		to = from;
	else
		map(o, from, to - from, protection(p), MAP_FIXED, fd,
		    page_down(p->p_offset));
	if (end <= file_end)
		return;
	if (p->p_flags & PF_W)
		memset((void *)file_end, 0, (to < end ? to : end) - file_end);
	if (to < page_up(end))
		map(o, to, page_up(end) - to, protection(p),
		    MAP_FIXED | MAP_ANONYMOUS, -1, 0);
}

static bool
header_ok(const Elf64_Ehdr *h, size_t size)
{
	return h->e_ident[0] == 0x7f && h->e_ident[1] == 'E' &&
	       h->e_ident[2] == 'L' && h->e_ident[3] == 'F' &&
	       h->e_ident[EI_CLASS] == ELFCLASS64 && h->e_type == ET_DYN &&
	       h->e_machine == EM_X86_64 &&
	       h->e_phentsize == sizeof(Elf64_Phdr) && h->e_phnum > 0 &&
	       h->e_phoff <= size &&
	       h->e_phnum <= (size - h->e_phoff) / sizeof(Elf64_Phdr);
}

/* A gap for all segments: they must keep their distances. */
static void
reserve(struct object *o, const Elf64_Phdr *phdr, size_t phnum)
{
	uintptr_t low = UINTPTR_MAX, high = 0;

	for (const Elf64_Phdr *p = phdr; p < phdr + phnum; p++) {
		if (p->p_type != PT_LOAD)
			continue;
		if (p->p_vaddr < low)
			low = page_down(p->p_vaddr);
		if (p->p_vaddr + p->p_memsz > high)
			high = page_up(p->p_vaddr + p->p_memsz);
	}
	if (low >= high)
		__dl_fail(o->name, "has nothing to load", "");
	o->base = map(o, 0, high - low, PROT_NONE, MAP_ANONYMOUS, -1, 0) - low;
}

static void
map_file(struct object *o, int fd)
{
	const Elf64_Ehdr *h;
	const Elf64_Phdr *phdr;
	struct stat st;

	if (kernel(SYS_fstat, fd, &st) < 0 || st.st_size < (off_t)sizeof(*h))
		__dl_fail(o->name, "is not a shared object", "");
	h = (const Elf64_Ehdr *)map(o, 0, PAGE, PROT_READ, 0, fd, 0);
	if (!header_ok(h, st.st_size < PAGE ? (size_t)st.st_size : PAGE))
		__dl_fail(o->name, "is not a shared object", "");
	phdr = (const Elf64_Phdr *)((uintptr_t)h + h->e_phoff);
	reserve(o, phdr, h->e_phnum);
	for (size_t i = 0; i < h->e_phnum; i++)
		if (phdr[i].p_type == PT_LOAD)
			map_segment(o, &phdr[i], fd);

	o->phdr = phdr; /* the page with the headers stays mapped */
	o->phnum = h->e_phnum;
	__dl_object_place(o, true);
	__dl_object_read(o);
}

/* Opens dir/name; dir ends at its end or at a colon. */
static int
open_in(const char *dir, const char *name)
{
	char path[PATH];
	size_t n = 0;

	while (*dir && *dir != ':' && n < PATH - 2)
		path[n++] = *dir++;
	path[n++] = '/';
	while (*name && n < PATH - 1)
		path[n++] = *name++;
	if (*name)
		return -1;
	path[n] = '\0';
	return (int)kernel(SYS_open, path, O_RDONLY | O_CLOEXEC);
}

static int
open_library(const struct objects *all, const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '/')
			return (int)kernel(SYS_open, name,
					   O_RDONLY | O_CLOEXEC);
	for (const char *dir = all->path; dir && *dir;) {
		int fd = open_in(dir, name);

		if (fd >= 0)
			return fd;
		while (*dir && *dir++ != ':')
			continue;
	}
	return open_in("/lib", name);
}

void
__dl_load(struct objects *all, const char *name, const char *wanted_by)
{
	struct object *o = &all->list[all->count];
	int fd;

	for (size_t i = 1; i < all->count; i++) {
		const struct object *seen = &all->list[i];

		if (__dl_same(seen->name, name) ||
		    (seen->soname && __dl_same(seen->soname, name)))
			return;
	}
	if (all->count == OBJECTS)
		__dl_fail(wanted_by, "needs too many libraries: ", name);
	fd = open_library(all, name);
	if (fd < 0)
		__dl_fail(wanted_by, "library not found: ", name);
	o->name = name;
	map_file(o, fd);
	kernel(SYS_close, fd);
	all->count++;
}
