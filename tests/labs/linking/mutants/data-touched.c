/*
 * mistake: clears and refills every page of data, not only words that have a
 * relocation, so that all of it becomes private
 */
void
__dl_relocate(const struct objects *all, const struct object *o)
{
	const Elf64_Phdr *end = o->phdr + o->phnum;

	for (const Elf64_Phdr *p = o->phdr; p < end; p++) {
		uintptr_t from = o->base + p->p_vaddr;

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_W))
			continue;
		for (uintptr_t at = from; at < from + p->p_memsz; at += 8)
			*(volatile char *)at = *(volatile char *)at;
	}
	for (size_t i = 0; i < o->data.count; i++)
		relocate(all, o, &o->data.first[i]);
	for (size_t i = 0; i < o->plt.count; i++)
		relocate(all, o, &o->plt.first[i]);
}
