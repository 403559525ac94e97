/*
 * mistake: opens every segment for writing, writes and closes again, so that
 * text, too, is copied for each process
 */
void
__dl_relocate(const struct objects *all, const struct object *o)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = (o->base + p->p_vaddr) & -(uintptr_t)PAGE;
		uintptr_t to = o->base + p->p_vaddr + p->p_memsz;

		if (p->p_type != PT_LOAD || (p->p_flags & PF_W))
			continue;
		kernel(SYS_mprotect, from, to - from,
		       PROT_READ | PROT_WRITE | PROT_EXEC);
		for (uintptr_t at = from; at < to; at += PAGE)
			*(volatile char *)at = *(volatile char *)at;
		kernel(SYS_mprotect, from, to - from,
		       p->p_flags & PF_X ? PROT_READ | PROT_EXEC : PROT_READ);
	}
	for (size_t i = 0; i < o->data.count; i++)
		relocate(all, o, &o->data.first[i]);
	for (size_t i = 0; i < o->plt.count; i++)
		relocate(all, o, &o->plt.first[i]);
}
