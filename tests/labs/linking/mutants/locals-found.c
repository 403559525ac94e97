/*
 * mistake: local, undefined and thread-local symbols count as definitions
 */
static bool
defines(const struct object *o, const Elf64_Sym *symbol, const char *name,
	enum lookup how)
{
	if (symbol->st_shndx == SHN_UNDEF && how != LOOKUP_ADDRESS)
		return false;
	return __dl_same(o->strings + symbol->st_name, name);
}
