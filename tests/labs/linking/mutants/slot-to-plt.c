/*
 * mistake: binds a JUMP_SLOT to the program's own PLT entry, which jumps to what
 * the slot holds: itself, for ever
 */
static enum lookup
kind_of(const Elf64_Rela *r)
{
	switch (ELF64_R_TYPE(r->r_info)) {
	case R_X86_64_COPY:
		return LOOKUP_COPY;
	default:
		return LOOKUP_ADDRESS;
	}
}
