/*
 * mistake: compares name by name through all buckets: right, and slow
 */
static const Elf64_Sym *
find_gnu(const struct object *o, const char *name, uint32_t hash,
	 enum lookup how)
{
	const uint32_t *table = o->gnu_hash;
	uint32_t buckets = table[0], first = table[1], words = table[2];
	const uint64_t *bloom = (const uint64_t *)(const void *)(table + 4);
	const uint32_t *bucket = (const uint32_t *)(bloom + words);
	const uint32_t *chain = bucket + buckets;

	(void)hash;
	for (uint32_t b = 0; b < buckets; b++) {
		for (uint32_t i = bucket[b]; i >= first; i++) {
			if (defines(o, &o->symbols[i], name, how))
				return &o->symbols[i];
			if (chain[i - first] & 1)
				break;
		}
	}
	return NULL;
}
