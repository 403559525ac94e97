/*
 * mistake: goes on after the first definition: the last object wins
 */
bool
__dl_lookup(const struct objects *all, const char *name, enum lookup how,
	    struct definition *def)
{
	uint32_t hash = gnu_hash(name);
	bool found = false;

	for (size_t i = how == LOOKUP_COPY ? 1 : 0; i < all->count; i++) {
		const struct object *o = &all->list[i];
		const Elf64_Sym *symbol = NULL;

		if (o->gnu_hash)
			symbol = find_gnu(o, name, hash, how);
		else if (o->hash)
			symbol = find_sysv(o, name, how);
		if (!symbol)
			continue;
		def->object = o;
		def->symbol = symbol;
		found = true;
	}
	return found;
}
