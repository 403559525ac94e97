/*
 * mistake: rounds the end of PT_GNU_RELRO up: variables on its last page die
 */
void
__dl_protect(const struct object *o)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = (o->base + p->p_vaddr) & -(uintptr_t)PAGE;
		uintptr_t to = (o->base + p->p_vaddr + p->p_memsz + PAGE) &
			       -(uintptr_t)PAGE;

		if (p->p_type == PT_GNU_RELRO && from < to &&
		    kernel(SYS_mprotect, from, to - from, PROT_READ) < 0)
			__dl_fail(o->name, "mprotect failed", "");
	}
}
