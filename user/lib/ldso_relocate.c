/*
 * Relocation: the static linker did not know where objects would lie, and left
 * for each address that depends on it a record (where, which symbol, addend).
 * Here the addresses are known and are written, into data pages only: code
 * reaches what lies elsewhere through its GOT, which is data.
 */
#include "ldso.h"

#include <string.h>
#include <sys/mman.h>

#include "libc.h"

/* Only B + A: no symbol is needed, so this works before there is a list. */
void
__dl_relocate_self(struct object *self)
{
	const Elf64_Rela *r = self->data.first;

	for (size_t i = 0; i < self->data.count; i++, r++) {
		uint64_t *where = (uint64_t *)(self->base + r->r_offset);

		if (ELF64_R_TYPE(r->r_info) == R_X86_64_RELATIVE)
			*where = self->base + (uint64_t)r->r_addend;
	}
}

static enum lookup
kind_of(const Elf64_Rela *r)
{
	switch (ELF64_R_TYPE(r->r_info)) {
	case R_X86_64_COPY:
		return LOOKUP_COPY;
	case R_X86_64_JUMP_SLOT:
		return LOOKUP_CODE;
	default:
		return LOOKUP_ADDRESS;
	}
}

/* The symbol that r names, if any; only a weak one may be missing.
 * => its address */
static uint64_t
resolve(const struct objects *all, const struct object *o, const Elf64_Rela *r,
	struct definition *def)
{
	const Elf64_Sym *symbol = &o->symbols[ELF64_R_SYM(r->r_info)];
	const char *name = o->strings + symbol->st_name;

	if (ELF64_R_SYM(r->r_info) == STN_UNDEF)
		return 0;
	if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
		return o->base + symbol->st_value;
	if (__dl_lookup(all, name, kind_of(r), def))
		return def->object->base + def->symbol->st_value;
	if (ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
		__dl_fail(o->name, "symbol not found: ", name);
	return 0;
}

static void
relocate(const struct objects *all, const struct object *o, const Elf64_Rela *r)
{
	uint64_t *where = (uint64_t *)(o->base + r->r_offset);
	uint64_t addend = (uint64_t)r->r_addend;
	struct definition def = {.symbol = NULL};

	switch (ELF64_R_TYPE(r->r_info)) {
	case R_X86_64_NONE:
		break;
	case R_X86_64_RELATIVE:
		*where = o->base + addend;
		break;
	case R_X86_64_64:
		*where = resolve(all, o, r, &def) + addend;
		break;
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		*where = resolve(all, o, r, &def);
		break;
	case R_X86_64_COPY: {
		const void *from = (const void *)resolve(all, o, r, &def);

		if (def.symbol)
			memcpy(where, from, def.symbol->st_size);
		break;
	}
	default:
		__dl_fail(o->name, "relocation of a kind that is not known, ",
			  "such as for thread-local variables");
	}
}

void
__dl_relocate(const struct objects *all, const struct object *o)
{
	for (size_t i = 0; i < o->data.count; i++)
		relocate(all, o, &o->data.first[i]);
	for (size_t i = 0; i < o->plt.count; i++)
		relocate(all, o, &o->plt.first[i]);
}

void
__dl_protect(const struct object *o)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = (o->base + p->p_vaddr) & -(uintptr_t)PAGE;
		uintptr_t to =
			(o->base + p->p_vaddr + p->p_memsz) & -(uintptr_t)PAGE;

		if (p->p_type == PT_GNU_RELRO && from < to &&
		    kernel(SYS_mprotect, from, to - from, PROT_READ) < 0)
			__dl_fail(o->name, "mprotect failed", "");
	}
}
