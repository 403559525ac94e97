/*
 * mistake: a weak symbol that nobody defines gets base + 0, which is not 0
 */
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
	return o->base + symbol->st_value;
}
