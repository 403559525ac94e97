/*
 * mistake: COPY finds the program's own, still empty variable and copies that
 */
bool
__dl_lookup(const struct objects *all, const char *name, enum lookup how,
	    struct definition *def)
{
	uint32_t hash = gnu_hash(name);

	for (size_t i = 0; i < all->count; i++) {
		def->object = &all->list[i];
		def->symbol = NULL;
		if (def->object->gnu_hash)
			def->symbol = find_gnu(def->object, name, hash, how);
		else if (def->object->hash)
			def->symbol = find_sysv(def->object, name, how);
		if (def->symbol)
			return true;
	}
	return false;
}
