/*
 * mistake: COPY takes one word, whatever the size of the variable
 */
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
	case R_X86_64_COPY:
		*where = *(const uint64_t *)resolve(all, o, r, &def);
		break;
	default:
		__dl_fail(o->name, "relocation of a kind that is not known",
			  "");
	}
}
