/*
 * mistake: makes all segments writable, to be safe, and leaves them so
 */
void
__dl_protect(const struct object *o)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = (o->base + p->p_vaddr) & -(uintptr_t)PAGE;
		uintptr_t to = o->base + p->p_vaddr + p->p_memsz;

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X))
			kernel(SYS_mprotect, from, to - from,
			       PROT_READ | PROT_WRITE | PROT_EXEC);
	}
	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = (o->base + p->p_vaddr) & -(uintptr_t)PAGE;
		uintptr_t to =
			(o->base + p->p_vaddr + p->p_memsz) & -(uintptr_t)PAGE;

		if (p->p_type == PT_GNU_RELRO && from < to)
			kernel(SYS_mprotect, from, to - from, PROT_READ);
	}
}
