/*
 * Reading an object's dynamic section: the table, written by the static linker,
 * that tells the dynamic one where everything else is. System V gABI 5.2
 */
#include "ldso.h"

#include "libc.h"

void
__dl_fail(const char *object, const char *what, const char *detail)
{
	__complain(object, ": ", what, detail);
	for (;;)
		kernel(SYS_exit_group, 127);
}

bool
__dl_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

const Elf64_Dyn *
__dl_dynamic_next(const Elf64_Dyn *d, Elf64_Sxword tag)
{
	for (; d->d_tag != DT_NULL; d++)
		if (d->d_tag == tag)
			return d;
	return NULL;
}

/*
 * An executable of type ET_EXEC lies where the file says: base 0. Others may lie
 * anywhere; where the headers are found, less where the file has them, is base.
 */
void
__dl_object_place(struct object *o, bool base_known)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; !base_known && p < end; p++)
		if (p->p_type == PT_PHDR)
			o->base = (uintptr_t)o->phdr - p->p_vaddr;
	for (const Elf64_Phdr *p = o->phdr; p < end; p++)
		if (p->p_type == PT_DYNAMIC)
			o->dynamic = (const Elf64_Dyn *)(o->base + p->p_vaddr);
	if (!o->dynamic)
		__dl_fail(o->name, "has no dynamic section", "");
}

/* L1: an object that wants its text changed would need a copy of it. */
static void
refuse_text_relocations(const struct object *o)
{
	const Elf64_Dyn *flags = __dl_dynamic_next(o->dynamic, DT_FLAGS);

	if (__dl_dynamic_next(o->dynamic, DT_TEXTREL) ||
	    (flags && (flags->d_un.d_val & DF_TEXTREL)))
		__dl_fail(o->name, "has text relocations: compile with -fPIC",
			  "");
}

static void
read_entry(struct object *o, const Elf64_Dyn *d)
{
	const void *address = (const void *)(o->base + d->d_un.d_ptr);
	size_t size = d->d_un.d_val;

	switch (d->d_tag) {
	case DT_STRTAB:
		o->strings = address;
		break;
	case DT_SYMTAB:
		o->symbols = address;
		break;
	case DT_GNU_HASH:
		o->gnu_hash = address;
		break;
	case DT_HASH:
		o->hash = address;
		break;
	case DT_RELA:
		o->data.first = address;
		break;
	case DT_RELASZ:
		o->data.count = size / sizeof(Elf64_Rela);
		break;
	case DT_JMPREL:
		o->plt.first = address;
		break;
	case DT_PLTRELSZ:
		o->plt.count = size / sizeof(Elf64_Rela);
		break;
	}
}

void
__dl_object_read(struct object *o)
{
	const Elf64_Dyn *soname = __dl_dynamic_next(o->dynamic, DT_SONAME);

	for (const Elf64_Dyn *d = o->dynamic; d->d_tag != DT_NULL; d++)
		read_entry(o, d);
	if (soname)
		o->soname = o->strings + soname->d_un.d_val;
	if (!o->strings || !o->symbols)
		__dl_fail(o->name, "has no symbol table", "");
	if (__dl_dynamic_next(o->dynamic, DT_RELR))
		__dl_fail(o->name, "has packed relocations: link with ",
			  "-z nopack-relative-relocs");
	refuse_text_relocations(o);
}
