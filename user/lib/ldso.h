/*
 * The dynamic linker: it makes one program out of an executable and the shared
 * objects that it names. It is part of libc.so, which the kernel maps beside the
 * program and enters first, at _dlstart.
 *
 *	dlstart.asm	 in, and on to the program
 *	ldso.c		 the order of things
 *	ldso_load.c	 map a file (lazily: no byte of it is read here)
 *	ldso_object.c	 read a dynamic section
 *	ldso_symbol.c	 name -> definition
 *	ldso_relocate.c	 write addresses where the static linker left gaps
 *
 * Owns: the list of objects, in the order of symbol lookup: the program, then
 *	libraries as they were found, breadth first.
 * Invariants:
 * L1 Only writable segments are written, so text stays one set of frames for
 *    all processes.
 * L2 An object is relocated after the libraries that it was found to need,
 *    because R_X86_64_COPY takes their finished data.
 * L3 Before libc.so itself is relocated, its code runs without GOT entries:
 *    hidden functions, no errno, no exported variable.
 */
#pragma once

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

struct relocations {
	const Elf64_Rela *first;
	size_t count;
};

/* One mapped ELF file and where its dynamic section says things are. */
struct object {
	const char *name;
	uintptr_t base; /* what to add to an address in the file */
	const Elf64_Phdr *phdr;
	size_t phnum;
	const Elf64_Dyn *dynamic;
	const Elf64_Sym *symbols;
	const char *strings;
	const uint32_t *gnu_hash; /* NULL: the object has none */
	const uint32_t *hash;	  /* likewise */
	struct relocations data;  /* DT_RELA: variables and the GOT */
	struct relocations plt;	  /* DT_JMPREL: functions called */
	const char *soname;	  /* NULL: the object names itself not */
};

enum { OBJECTS = 12 };

struct objects {
	struct object list[OBJECTS];
	size_t count;
	const char *path; /* LD_LIBRARY_PATH, or NULL */
};

/* Where a symbol is defined. */
struct definition {
	const struct object *object;
	const Elf64_Sym *symbol;
};

/* Reads base and dynamic of o into the other fields. Dies if it cannot work. */
void __dl_object_read(struct object *o);
/* dynamic from phdr and phnum of a mapped object, and base if not yet known. */
void __dl_object_place(struct object *o, bool base_known);
/* The first entry with that tag at d or behind it, or NULL. */
const Elf64_Dyn *__dl_dynamic_next(const Elf64_Dyn *d, Elf64_Sxword tag);

/* Maps the library called name at the end of the list, unless it is there. */
void __dl_load(struct objects *all, const char *name, const char *wanted_by);

enum lookup {
	LOOKUP_ADDRESS, /* a PLT entry of the program will do */
	LOOKUP_CODE,	/* the function itself */
	LOOKUP_COPY,	/* a variable of a library */
};

/* => false: defined nowhere */
bool __dl_lookup(const struct objects *all, const char *name, enum lookup how,
		 struct definition *def);

/* First of all: R_X86_64_RELATIVE of libc.so itself. */
void __dl_relocate_self(struct object *self);
void __dl_relocate(const struct objects *all, const struct object *o);
/* mprotects what is constant from now on: PT_GNU_RELRO. */
void __dl_protect(const struct object *o);

_Noreturn void __dl_fail(const char *object, const char *what,
			 const char *detail);
bool __dl_same(const char *a, const char *b);

uintptr_t __dl_main(long *stack, uintptr_t base, const Elf64_Dyn *dynamic);

#pragma GCC visibility pop
